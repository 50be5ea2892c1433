"""AI services on this machine that behave as a test tells them to: real sockets, real faults, no sleeping.

In the test's own loop::

    async with serving() as ai:                      # an OpenAI-compatible service at `ai.url`
        ai.will(fails(429, retry_after="1"), says("Hello", " world"))
        …                                            # two requests, answered in this order
        assert ai.requests[0].body["model"] == "m"   # the transcript

`will` queues answers for POSTs, one for each; when none is left, `ai.always` answers, at first with
`says("Hello", " world")`. `ai.models` is what `GET /models` lists, or an answer to it. `await ai.asked(2)`
waits until two requests have come, `await ai.hung_up()` until a client has gone away in the middle of an
answer.

Answers (`tests.wire.answers`): `says` streams text, `tells` answers as a whole, `fails` with a status,
`page` with a web page, `sends` raw bytes of a stream, `hangs` before the headers, `resets` at once. Steps of
`says` and `sends` besides text and bytes: a `Gate` waits until the test opens it, `CLOSE` closes in the
middle, `RESET` resets, `DRIP` sends comments and `HANG` nothing until the client goes.

Tools are asked for by the `asks` of `tests.wire.openai`, `anthropic` and `gemini`: a text, then calls, each
`(id, name, fragments of the arguments)`.

Servers (`tests.wire.server`): `serving()`; `nobody()`, an address where nothing listens; and, for what is
measured or killed, `async with process(tokens=50, rate=20) as url`: another process, which streams so many
tokens at this rate to everybody. `GET url/transcript` is what it was asked. By hand:
`python -m tests.wire.server --port 0 --tokens 50 --rate 20` prints its port first.
"""
