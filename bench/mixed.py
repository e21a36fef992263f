"""What a day brings, as wrk asks it: a request of every kind in turn."""

from bench.workloads import BASE

# Lists, filters, details, a missing customer, a refused parameter: what a day brings, without writing.
SCRIPT = f"""
local n = 0
request = function()
  n = n + 1
  local kind = n % 10
  local path = '{BASE}/' .. math.random(1, 90000)
  if kind < 2 then path = '{BASE}/?page=' .. math.random(1, 40)
  elseif kind < 3 then path = '{BASE}/?channel=qrcode&status=1&followUserId=' .. math.random(1, 200)
  elseif kind < 4 then path = '{BASE}/?cursor='
  elseif kind == 4 then path = '{BASE}/999999999'
  elseif kind == 5 then path = '{BASE}/?nonsense=1' end
  return wrk.format('GET', path, HEADERS)
end
"""
