-- wrk makes no two requests alike: wrk ... URL [-- FILE]
-- Without a file it gives each request a header of its own. With one it sends the file's JSON, in which one number
-- differs from request to request. The number has as many digits as the marker, so the length stays the same.
local MARKER = "42000000"
local before, after
local last = 10000000

function init(arguments)
  if arguments[1] then
    local file = assert(io.open(arguments[1], "rb"))
    wrk.method = "POST"
    wrk.body = file:read("*a")
    wrk.headers["Content-Type"] = "application/json"
    file:close()
  else
    wrk.headers["X-Request-Id"] = MARKER
  end
  local whole = wrk.format()
  local first, past = assert(whole:find(MARKER, 1, true))
  before, after = whole:sub(1, first - 1), whole:sub(past + 1)
end

function request()
  last = last < 99999999 and last + 1 or 10000001
  return before .. last .. after
end
