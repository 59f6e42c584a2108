// Whether an answer comes from this service. The page of a guest network, or of a proxy, comes in its place and says 200.

const MARK = "X-Huiwu";
const PERSON = "X-Huiwu-Person";

export const isOurs = (answer) => answer.headers.has(MARK);
export const isOursXhr = (xhr) => xhr.getResponseHeader(MARK) !== null;
// Whom what was fetched is for, where that is said.
export const personOfXhr = (xhr) => xhr.getResponseHeader(PERSON);
