"""The demo's own words; the rest are the sandbox's. Nobody here exists."""

from wecom.sandbox.words import GIVEN as GIVEN
from wecom.sandbox.words import SURNAMES as SURNAMES
from wecom.sandbox.words import TAGS as TAGS

COMPANY, APP = "示例科技有限公司", "沙盒应用"
WELCOME = "您好，很高兴认识您！有什么可以帮您，请随时告诉我。"
NEIGHBOUR = ("邻居贸易有限公司", "wwdemo0000000002")
NEIGHBOUR_ROOM = "总部"

PLACES = [place.split("·") for place in "广东·深圳 广东·广州 北京·北京 上海·上海 浙江·杭州 浙江·宁波 江苏·南京 江苏·苏州 四川·成都 湖北·武汉 湖南·长沙 陕西·西安 福建·厦门 山东·青岛 河南·郑州 重庆·重庆 安徽·合肥 云南·昆明".split()]  # fmt: skip


# Name, outcome, and how many of a hundred are there.
STAGES = [
    ("新客户", "", 34),
    ("初步沟通", "", 27),
    ("意向明确", "", 17),
    ("已成交", "won", 14),
    ("暂无意向", "lost", 8),
]

FOLLOW_UPS = [
    "电话沟通了需求，客户希望下周看演示。",
    "已发送报价单，客户在等内部审批。",
    "客户反馈上次培训效果不错，想给新员工再安排一场。",
    "上门拜访，见到了采购负责人，约定月底前给答复。",
    "客户问到了数据迁移，已转给技术同事跟进。",
    "合同已寄出，提醒客户注意查收。",
    "例行回访，一切正常。",
    "客户暂时没有预算，三个月后再联系。",
]

SOP = "新客户欢迎"
SOP_STEPS = ["打招呼，发送产品手册", "电话了解需求", "邀请参加线上演示"]
REMINDER = "回电确认报价"
