"""A message as a mail: text and HTML of the same lines, attachments, an id that stays when it is sent again."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate, parseaddr
from html import escape
from mimetypes import guess_type

from connectors.errors import RequestRefused
from connectors.messages.message import Message


def compose(message: Message, *, sender: str, recipient: str) -> EmailMessage:
    """The mail: text and HTML of the same lines, and the attachments.

    Raises RequestRefused where an attachment can't be read.
    """
    mail = EmailMessage()
    mail["From"], mail["To"] = _address(sender), _address(recipient)
    mail["Subject"] = " ".join(message.subject.split())
    mail["Date"] = formatdate(localtime=True)
    mail["Message-ID"] = f"<pmo-{message.identity}@{parseaddr(sender)[1].rpartition('@')[2]}>"
    # No out-of-office reply is wanted.
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(message.text)
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in message.lines if line)
    mail.add_alternative(
        f'<!doctype html><html><body style="font-family: sans-serif">{paragraphs}</body></html>', "html"
    )
    for attachment in message.attachments:
        try:
            content = attachment.path.read_bytes()
        except OSError as error:
            mend = "Make the pack again with `pmo report`."
            raise RequestRefused(
                f"{attachment.path} can't be attached: {error.strerror}.", mend=mend
            ) from None
        kind, _, part = (guess_type(attachment.name)[0] or "application/octet-stream").partition("/")
        written_in = {"charset": "utf-8"} if kind == "text" else {}
        mail.add_attachment(content, maintype=kind, subtype=part, filename=attachment.name, params=written_in)
    return mail


def _address(text: str) -> Address:
    name, address = parseaddr(text)
    try:
        return Address(display_name=name, addr_spec=address)
    except (ValueError, IndexError):
        mend = "Write name@host, or Name <name@host>."
        raise RequestRefused(
            f"'{text.splitlines()[0] if text else ''}' is no e-mail address.", mend=mend
        ) from None
