"""The words of the phone's scripts: they come with the page, in its language, and stay with it offline.

A part in braces is filled in by the script.
"""

from __future__ import annotations

from django.utils.translation import gettext_noop

ENROL_WORDS = {
    "insecure": gettext_noop("本页不是经HTTPS打开的，浏览器不给密钥。请用HTTPS地址打开。"),
    "no_name": gettext_noop("请写一个认得出的设备名称。"),
    "other_person": gettext_noop("本机还有{name}的{n}条未上传。请先由本人联网上传，或由本人重新登记本机。"),
    "failed": gettext_noop("登记没有成功，请联网后重试。"),
    "no_store": gettext_noop("本机存不下密钥。请关闭无痕模式或清理手机空间后重试。"),
    "done": gettext_noop("本机已登记为“{name}”。"),
}

WORDS = {
    # the strip
    "offline": gettext_noop("离线"),
    "online": gettext_noop("在线"),
    "sending": gettext_noop("正在上传"),
    "blocked": gettext_noop("已停止上传"),
    "not_enrolled": gettext_noop("本机未登记"),
    "waits": gettext_noop("{items}条、{photos}张照片待传"),
    "nothing_waits": gettext_noop("全部已上传"),
    "stored": gettext_noop("已存本机，联网后自动上传"),
    "last": gettext_noop("上次{time}"),
    "enrol": gettext_noop("登记本机"),
    "full": gettext_noop(
        "本机空间已满，刚才的改动没有存下；已存的都在。请先联网上传，或清理手机空间后再试。"
    ),
    "photo_full": gettext_noop(
        "本机空间已满，这张照片没有存下；已填的都在。请先联网上传，或清理手机空间后重拍。"
    ),
    "clock": gettext_noop(
        "本机时钟比服务器{way}{h}小时{m}分。记录照本机时间保存并注明偏差，不会改动；请打开手机的自动设置时间。"
    ),
    "fast": gettext_noop("快"),
    "slow": gettext_noop("慢"),
    "insecure": gettext_noop("本页不是经HTTPS打开的，不能离线使用。请用HTTPS地址打开。"),
    "broken": gettext_noop("本机的浏览器存不了数据。请关闭无痕模式，或换一个浏览器。"),
    # the list
    "title": gettext_noop("现场工作"),
    "todo": gettext_noop("要办的"),
    "todo_n": gettext_noop("要办{n}件"),
    "no_todo": gettext_noop("没有要办的事项。"),
    "todo_unknown": gettext_noop("联网后取回要办的事项。"),
    "as_of": gettext_noop("{time}取回"),
    "drafts": gettext_noop("草稿"),
    "outbox": gettext_noop("已提交"),
    "no_outbox": gettext_noop("还没有提交过。填好的记录会列在这里，直到有回执。"),
    "new": gettext_noop("新建{title}"),
    "send_now": gettext_noop("立即上传"),
    "device": gettext_noop("本机"),
    "due": gettext_noop("{time}前"),
    "saved_at": gettext_noop("{time}存"),
    "photos_n": gettext_noop("{n}张照片"),
    # states of an item
    "s_waiting": gettext_noop("待上传"),
    "s_photos": gettext_noop("等照片"),
    "s_accepted": gettext_noop("已接收"),
    "s_refused": gettext_noop("未接收"),
    "s_conflict": gettext_noop("内容冲突"),
    "s_other": gettext_noop("属于{name}，待其重新登记后上传"),
    # the form
    "back": gettext_noop("返回"),
    "items_done": gettext_noop("{n}/{all}项"),
    "where": gettext_noop("位置"),
    "position": gettext_noop("{lat}，{lon}　±{accuracy}米"),
    "no_position": gettext_noop("还没有位置"),
    "get_position": gettext_noop("取得位置"),
    "position_refused": gettext_noop("手机没有给出位置。请允许定位或到开阔处重试；没有位置也可以提交。"),
    "about": gettext_noop("对象"),
    "no_subject": gettext_noop("不指定"),
    "pass": gettext_noop("符合"),
    "fail": gettext_noop("不符合"),
    "na": gettext_noop("不适用"),
    "yes": gettext_noop("是"),
    "no": gettext_noop("否"),
    "required": gettext_noop("必填"),
    "photos_needed": gettext_noop("需{n}张照片"),
    "remark": gettext_noop("问题描述"),
    "note": gettext_noop("提示"),
    "fault": gettext_noop("没有办成"),
    "metres": gettext_noop("±{n}米"),
    "range": gettext_noop("应在{low}至{high}之间"),
    "out_of_range": gettext_noop("超出范围，请核对"),
    "not_number": gettext_noop("请填数字"),
    "photo": gettext_noop("拍照"),
    "photo_alt": gettext_noop("{time}拍的照片"),
    "remove": gettext_noop("删去"),
    "signature": gettext_noop("签名"),
    "sign_here": gettext_noop("请在框内签名"),
    "clear": gettext_noop("重签"),
    "signed": gettext_noop("已签名"),
    "optional": gettext_noop("{text}（可不填）"),
    "place": gettext_noop("地点"),
    "save_draft": gettext_noop("存草稿"),
    "next": gettext_noop("下一项：{text}"),
    "submit": gettext_noop("提交"),
    "discard": gettext_noop("删除草稿"),
    "sure": gettext_noop("再按一次删除"),
    "elsewhere": gettext_noop("另一个窗口正在填写这一条。请到那个窗口继续，或关闭它后再打开。"),
    "gone": gettext_noop("本机没有这一条。"),
    "too_many": gettext_noop("一条记录最多60张照片。"),
    # one item that was submitted
    "made_at": gettext_noop("现场时间"),
    "received_at": gettext_noop("收到时间"),
    "skew": gettext_noop("时钟偏差"),
    "seconds": gettext_noop("{n}秒"),
    "mine": gettext_noop("本机这一份"),
    "theirs": gettext_noop("先收到的一份"),
    "number": gettext_noop("编号"),
    "again": gettext_noop("另存为新记录"),
    "photo_fault": gettext_noop("照片没有传上"),
    "photo_lost": gettext_noop("本机已没有这张照片。请另存为新记录，重拍后上报。"),
    # this phone
    "owner": gettext_noop("持有人"),
    "name": gettext_noop("名称"),
    "storage": gettext_noop("存储"),
    "kept": gettext_noop("浏览器已答应长期保存"),
    "not_kept": gettext_noop("浏览器没有答应长期保存，空间紧张时可能清除。请安装到桌面，并尽早上传。"),
    "used": gettext_noop("已用{used}，可用约{free}"),
    "signed_in": gettext_noop("已登录：{name}"),
    "signed_out": gettext_noop("没有登录。已登记的设备不登录也能上传。"),
    "unknown_session": gettext_noop("离线，不知道是否登录"),
    "sign_out": gettext_noop("退出登录"),
    "sign_out_keeps": gettext_noop(
        "退出后，本机未上传的{items}条、{photos}张照片和{drafts}份草稿都保留，并继续由本机上传。"
    ),
    "signed_out_now": gettext_noop("已退出登录。未上传的{items}条、{photos}张照片和{drafts}份草稿仍在本机。"),
    "sign_out_failed": gettext_noop("没有退出成功，请联网后重试。"),
    "session": gettext_noop("登录"),
}
