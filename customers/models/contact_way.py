from django.db import models
from django.utils.translation import gettext_lazy as _

from core.fields import ExactCharField
from core.models import Stamped
from corps.models import Corp, Employee
from corps.querysets import CorpQuerySet
from customers.models.channel import Channel


class ContactWay(Stamped):
    """A code (渠道活码) by which people add one of several employees, and what is done with who comes by it."""

    class Type(models.IntegerChoices):
        SINGLE = 1, _("one employee")
        MULTI = 2, _("several employees")

    class Scene(models.IntegerChoices):
        MINI_PROGRAM = 1, _("in a mini program")
        QR = 2, _("as a QR code")

    class Status(models.TextChoices):
        DRAFT = "draft", _("not in WeCom yet")
        ACTIVE = "active", _("works")
        FAILED = "failed", _("failed")
        DELETED = "deleted", _("deleted")

    corp = models.ForeignKey(Corp, on_delete=models.PROTECT, verbose_name=_("company"))
    channel = models.ForeignKey(
        Channel, on_delete=models.PROTECT, related_name="contact_ways", verbose_name=_("channel")
    )
    name = models.CharField(_("name"), max_length=30)
    # Made here before WeCom hears of the code: what customers bring along, and by which a try in doubt is found.
    state = ExactCharField(_("channel state"), max_length=30, editable=False)
    type = models.PositiveSmallIntegerField(_("type"), choices=Type, default=Type.MULTI)
    scene = models.PositiveSmallIntegerField(_("where it is shown"), choices=Scene, default=Scene.QR)
    skip_verify = models.BooleanField(_("adds without confirmation"), default=True)
    # Ids of tags; what has become of a tag is looked at when somebody comes.
    tag_ids = models.JSONField(_("tags"), default=list, blank=True)
    remark_template = models.CharField(_("remark"), max_length=40, blank=True, default="")
    welcome_text = models.TextField(_("welcome message"), max_length=1000, blank=True, default="")
    # Who serves when nobody is on duty.
    spare = models.ForeignKey(
        Employee, null=True, blank=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("spare employee")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    # Such a code shows nowhere in WeCom's admin pages: without this it can be neither changed nor deleted.
    config_id = ExactCharField(_("config id"), max_length=64, null=True, blank=True, editable=False)
    qr_code = models.CharField(_("picture of the code"), max_length=255, blank=True, default="", editable=False)
    error_code = models.IntegerField(_("error code"), null=True, blank=True, editable=False)
    last_error = models.CharField(_("last error"), max_length=300, blank=True, default="", editable=False)
    # When WeCom was first asked to make it, while nobody knows whether it did.
    asked_at = models.DateTimeField(null=True, blank=True, editable=False)
    # Who WeCom was last told is on it: {"employees": [ids], "departments": [ids]}.
    serving = models.JSONField(default=dict, editable=False)
    version = models.PositiveBigIntegerField(_("version"), default=1, editable=False)

    objects = CorpQuerySet["ContactWay"].as_manager()

    class Meta:
        db_table = "contact_way"
        verbose_name = _("contact way")
        verbose_name_plural = _("contact ways")
        # Also the way from a customer's state to the code.
        constraints = [models.UniqueConstraint(fields=["corp", "state"], name="uk_contact_way_state")]

    def __str__(self) -> str:
        return self.name
