// Whether an answer comes from this service. The page of a guest network, or of a proxy, comes in its place and says 200.

const MARK = "X-Huiwu";

export const isOurs = (answer) => answer.headers.has(MARK);
export const isOursXhr = (xhr) => xhr.getResponseHeader(MARK) !== null;
