"""``python -m tests.browser.provider PORT EMAIL``: an OpenID Connect provider that signs everybody in as EMAIL."""

from __future__ import annotations

import sys
import time
from urllib.parse import urlencode

import uvicorn
from joserfc import jwk, jwt
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

PORT, EMAIL = int(sys.argv[1]), sys.argv[2]
ISSUER = f"http://127.0.0.1:{PORT}"
KEY = jwk.RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"}, private=True)
NONCES: dict[str, str] = {}


async def configuration(request: Request) -> Response:
    ends = {f"{name}_endpoint": f"{ISSUER}/{name}" for name in ("authorization", "token", "userinfo")}
    told = {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/keys", "id_token_signing_alg_values_supported": ["RS256"]}
    return JSONResponse({**told, **ends, "response_types_supported": ["code"], "subject_types_supported": ["public"]})


async def authorization(request: Request) -> Response:
    NONCES["code"] = request.query_params.get("nonce", "")
    back = urlencode({"code": "code", "state": request.query_params["state"]})
    return RedirectResponse(f"{request.query_params['redirect_uri']}?{back}")


async def token(request: Request) -> Response:
    now = int(time.time())
    claims = {"iss": ISSUER, "sub": "1", "aud": "affluence", "iat": now, "exp": now + 600, "nonce": NONCES["code"]}
    signed = jwt.encode({"alg": "RS256", "kid": "one"}, {**claims, "email": EMAIL, "email_verified": True}, KEY)
    return JSONResponse({"access_token": "a", "token_type": "Bearer", "expires_in": 600, "id_token": signed})


async def keys(request: Request) -> Response:
    return JSONResponse({"keys": [KEY.as_dict(private=False)]})


async def userinfo(request: Request) -> Response:
    return JSONResponse({"sub": "1", "email": EMAIL, "email_verified": True})


ROUTES = [
    Route("/.well-known/openid-configuration", configuration), Route("/authorization", authorization),
    Route("/token", token, methods=["POST"]), Route("/keys", keys), Route("/userinfo", userinfo),
]  # fmt: skip

if __name__ == "__main__":
    uvicorn.run(Starlette(routes=ROUTES), host="127.0.0.1", port=PORT, log_level="error")
