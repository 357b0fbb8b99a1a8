"""Runs MiniStack with a few doors of its own and KMS as AWS documents it (kms_states.py, kms_answers.py).

MiniStack, like AWS, refuses PutEvents with an `aws.*` source from callers; CloudTrail is not a caller. The bridge
is CloudTrail here, so it gets a door for events, and one that tells whose access key or key id something is.
Both want the token that only the bridge and this process know.
"""

import hmac
import json
import os
import shutil
import signal
import sys
import threading
from urllib.parse import parse_qs

from ministack import app as ministack
from ministack.core.responses import request_scope

import kms_answers
import organization
import schedule_groups

TOKEN = os.environ.pop("KMS_GUARD_DOOR_TOKEN", "")
SCRATCH = os.environ.pop("KMS_GUARD_SCRATCH")


def put_events(scope, body):
    from ministack.services import eventbridge

    with request_scope(scope["account"], scope["region"]):
        return eventbridge._put_events(json.loads(body), allow_aws_source=True)[2]


def identity(scope, _body):
    """Who an access key is: {"arn","userId","issuer":{"arn","roleId"},"since"}, or null when nobody knows it."""
    from ministack.core.iam_evaluator import resolve_caller_identity
    from ministack.core.responses import set_request_account_id, get_account_id
    from ministack.services import iam

    key = scope["accessKeyId"]
    with request_scope(scope["account"], scope["region"]):
        set_request_account_id(key)
        known = resolve_caller_identity(key)
        if not known:
            return b"null"
        answer = {"arn": known["userArn"], "userId": known["userId"], "issuer": None, "since": None}
        answer["sourceIdentity"] = organization.SOURCE_IDENTITIES.get(key)
        if ":assumed-role/" in known["userArn"]:
            name = known["userArn"].split("/")[-2]
            role = iam._roles.get_scoped(get_account_id(), None, name) or {}
            answer["issuer"] = {"arn": role.get("Arn"), "roleId": role.get("RoleId")}
            answer["since"] = (known["session"] or {}).get("IssuedAt")
        return json.dumps(answer).encode()


def key(scope, _body):
    """The ARN of the key that an id, ARN, alias or alias ARN stands for, or null."""
    from ministack.services import kms

    with request_scope(scope["account"], scope["region"]):
        record = kms._resolve_key(scope["id"])
        return json.dumps(record["Arn"] if record else None).encode()


def usage(scope, body):
    with request_scope(scope["account"], scope["region"]):
        return json.dumps(kms_answers.set_usage(json.loads(body))).encode()


def delete(scope, body):
    """Deletes a key for good, as KMS does at the end of its waiting period; its ARN, or null for an unknown key."""
    with request_scope(scope["account"], scope["region"]):
        return json.dumps(kms_answers.delete_key(json.loads(body)["keyId"])).encode()


def members(_scope, body):
    return organization.set_members(body)


DOORS = {
    "/_guard/events": put_events,
    "/_guard/identity": identity,
    "/_guard/key": key,
    "/_guard/usage": usage,
    "/_guard/delete": delete,
    "/_guard/organization": members,
}


async def read_all(receive):
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            return body


def over_tls(scope):
    """AWS is reached over TLS, and bucket and queue policies insist on it (aws:SecureTransport): so is this, then."""
    return {**scope, "headers": [*scope.get("headers", []), (b"x-forwarded-proto", b"https")]}


def with_doors(inner):
    async def app(scope, receive, send):
        door = DOORS.get(scope.get("path", "")) if scope["type"] == "http" else None
        if door is None:
            return await inner(over_tls(scope), receive, send)
        given = dict(scope["headers"]).get(b"x-guard-token", b"").decode("latin-1")
        query = {name: values[0] for name, values in parse_qs(scope["query_string"].decode()).items()}
        status, answer = 403, b"null"
        if TOKEN and hmac.compare_digest(given, TOKEN):
            status, answer = 200, door(query, await read_all(receive))
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(answer)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    return app


def end_with_parent():
    """The parent holds our stdin open. When it is gone, however it died, so are we and every Lambda we started."""
    sys.stdin.buffer.read()
    shutil.rmtree(SCRATCH, ignore_errors=True)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    threading.Thread(target=end_with_parent, daemon=True).start()
    kms_answers.install()
    organization.install()
    schedule_groups.install()
    ministack.app = with_doors(ministack.app)
    ministack.main()
