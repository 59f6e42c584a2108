"""The skills a house begins with; codes stay, names may be changed."""

DEFAULTS = (
    ("tea-ceremony", "茶艺", "茶藝", "Tea ceremony"),
    ("coffee", "咖啡制作", "沖調咖啡", "Coffee"),
    ("english", "英语", "英語", "English"),
    ("french", "法语", "法語", "French"),
    ("japanese", "日语", "日語", "Japanese"),
    ("sound-desk", "调音台", "調音台", "Sound desk"),
    ("vip", "贵宾接待", "貴賓接待", "VIP reception"),
)
