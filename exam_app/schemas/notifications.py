"""Notifications, preferences and templates."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from exam_app.rules.notifications.kinds import KINDS, Kind
from exam_app.rules.notifications.texts import Language
from exam_app.schemas.base import Incoming, moment, one_of


class Notification(Schema):
    notificationId = fields.UUID()
    kind = fields.String()
    title = fields.String()
    body = fields.String()
    link = fields.String(allow_none=True)
    createdAt = moment()
    readAt = moment(allow_none=True)


class Notifications(Schema):
    notifications = fields.List(fields.Nested(Notification))
    unread = fields.Integer()


class PreferenceIn(Incoming):
    kind = fields.Enum(Kind, by_value=True, required=True)
    by_mail = fields.Boolean(required=True, data_key="byMail")


class PreferencesIn(Incoming):
    """Omitted kinds stay as they are, and so does the language."""

    preferences = fields.List(
        fields.Nested(PreferenceIn), load_default=list, validate=validate.Length(max=len(KINDS))
    )
    language = fields.Enum(
        Language,
        by_value=True,
        allow_none=True,
        metadata={"description": "Language of notifications; null: the organization's"},
    )


class Preference(Schema):
    kind = one_of(Kind)
    name = fields.String()
    byMail = fields.Boolean()
    default = fields.Boolean(metadata={"description": "The default without a choice"})


class Preferences(Schema):
    preferences = fields.List(fields.Nested(Preference))
    language = one_of(Language, allow_none=True)
    organizationLanguage = one_of(Language)


class LanguageIn(Incoming):
    language = fields.Enum(Language, by_value=True, required=True)


class WhichTemplate(Incoming):
    kind = fields.Enum(Kind, by_value=True, required=True)
    language = fields.Enum(Language, by_value=True, required=True)


class TemplateIn(WhichTemplate):
    title = fields.String(required=True, validate=validate.Length(max=500))
    body = fields.String(required=True, validate=validate.Length(max=5000))


class Text(Schema):
    title = fields.String()
    body = fields.String()


class Template(Text):
    kind = one_of(Kind)
    name = fields.String(metadata={"description": "The name of the kind, in English"})
    language = one_of(Language)
    isBuiltIn = fields.Boolean()
    placeholders = fields.List(fields.String())
    sample = fields.Nested(Text, metadata={"description": "The text with sample values"})


class Templates(Schema):
    """`language` is the default of the organization."""

    language = one_of(Language)
    templates = fields.List(fields.Nested(Template))
