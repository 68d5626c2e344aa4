-- check: takes permits of several limits of one subject, all or none; or looks, gives back, resets, or notes strikes.
--        It is its own batch form: given the keys of several calls of as many limits each, the arguments of all and the
--        number of calls, it carries them out in order. Below zero, the arguments before are those of each call.
-- KEYS[1..n] string  the state of each limit: a letter for its algorithm, then numbers (decision 7)
-- ARGV[1..n] for each call: now, ms since epoch, '' for the server's time; 'take' | 'look' | 'refund' | 'reset' | 'strike';
--   then two for each limit: rule, and cost. A rule is "<letter> <permits> <ms of the window> <burst of G, else permits>",
--   then, if there are penalties, " <first wait, ms> <longest, ms> <strikes per wait> <ms after which a strike is forgotten>".
--   For 'strike' a cost is "<how many> <who tells> <number> <ms since the first>": numbers of who tells only grow, and strikes
--   count if theirs is larger than the one before, and they are of after the last reset.
-- Returns bytes, 25 for each limit: 'A' allowed, 'L' denied by the limit, 'P' by a penalty or 'C' as it costs more than
--         there ever is; then as numbers of 8 bytes: permits remaining, ms to reset, ms to retry, -1 for never. Of several
--         calls a list of these. A replay takes, gives back or resets again: the connection never sends it twice. One of
--         strikes changes nothing more.
-- Numbers are whole, and where every check passes, x - x % y stands for floor(x / y) * y: a call into C takes as long as
-- ten such lines.
local floor, ceil, max, min = math.floor, math.ceil, math.max, math.min
local pack, read, byte, format = struct.pack, struct.unpack, string.byte, string.format
local wrap, parts = 4294967296, 128
-- For so many ms it is remembered that there was a reset, as strikes of before may be told after it: those that began
-- before it, or up to so many ms after it, as they may have been under way for long.
local reset_kept, reset_slack = 180000, 5000
-- Of so many instances it is remembered which strikes they told last.
local most_tellers = 32
-- A call has an even number of arguments.
local calls = #ARGV % 2 == 0 and 1 or tonumber(ARGV[#ARGV])
local limits_each = #KEYS / math.abs(calls)
local from_call_to_call = calls > 0 and 2 + 2 * limits_each or 0

local server_time
local function time_of(given)
  if given ~= '' then return tonumber(given) end
  if not server_time then
    local time = redis.call('TIME')
    server_time = time[1] * 1000 + floor(time[2] / 1000)
  end
  return server_time
end

-- By the letter of an algorithm: how its state begins after the letter, as numbers: always the latest time, and but for
-- logs then the span of what is counted; and how many bytes a state has at least, and fours after them.
local layouts = {C = '>dddd', F = '>ddd', G = '>ddddd', L = '>d', S = '>ddd'}
local lengths = {C = 33, F = 25, G = 41, L = 9, S = 25}

-- Most calls go by the same rule.
local rules = {}
local function rule_of(text)
  local rule = rules[text]
  if not rule then
    local form, permits, window, burst, penalty = text:match('^(%a) (%d+) (%d+) (%d+)(.*)')
    window = tonumber(window)
    local width = ceil(window / parts)
    rule = {
      form = form, permits = tonumber(permits), window = window, burst = tonumber(burst), width = width,
      half = floor(width / 2), layout = layouts[form], span = form == 'S' and width or form ~= 'L' and window
    }
    if penalty ~= '' then
      local first, longest, step, forget = penalty:match('(%d+) (%d+) (%d+) (%d+)')
      rule.first, rule.longest, rule.step, rule.forget =
        tonumber(first), tonumber(longest), tonumber(step), tonumber(forget)
      -- More strikes lengthen no wait, but would keep the key for ever.
      rule.most = rule.step * (ceil(math.log(rule.longest / rule.first) / math.log(2)) + 2)
    end
    rules[text] = rule
  end
  return rule
end

-- What is in Redis, then what earlier calls made of it; what has to be written, and for how long; and by place, where a
-- state was made under another rule, whether nothing is lost when it is written anew under this one.
local stored, current, lives, renewable = redis.call('MGET', unpack(KEYS)), {}, {}, {}

local function life_of(key)
  return lives[key] or redis.call('PTTL', key)
end

-- Returns the state of a limit whose algorithm or window has changed, as it would be under the new one, nil if nothing
-- counts any more; and whether all that was counted still is. It counts as if it had been taken under the new one, so
-- that later answers are those of this state.
local function converted(state, form, permits, window, now)
  local was, times, counts = state:sub(1, 1), {}, {}
  local function add(time, count)
    if count > 0 then times[#times + 1], counts[#counts + 1] = time, count end
  end
  local last = read('>d', state, 2)
  if was == 'L' then
    for place = 10, #state, 4 do add(last - (last - read('>I4', state, place)) % wrap, 1) end
  elseif was == 'S' then
    local width = read('>d', state, 10)
    local part = floor(last / width) - (#state - 25) / 4
    for place = 26, #state, 4 do
      part = part + 1
      add(min(last, part * width + width - 1), read('>I4', state, place))
    end
  else
    local _, old_window, first, second, third = read(layouts[was], state, 2)
    if was == 'C' then
      add(last - last % old_window - 1, first)
      add(last, second)
    elseif was == 'F' then
      add(last, first)
    else
      add(last, ceil((max(0, first - last) * second + third) / old_window))
    end
  end

  -- What was before the part of a window in which the oldest counts does not.
  local at, width = max(now, last), 1
  local begun = at - window + 1
  if form == 'S' then
    width = ceil(window / parts)
  elseif form == 'C' then
    width, begun = window, at - window
  elseif form == 'F' then
    width, begun = window, at
  elseif form == 'G' then
    begun = 0 -- it drains
  end
  local oldest, left, alive, whole = floor(begun / width), permits, {}, true
  for i = #times, 1, -1 do
    local count = floor(times[i] / width) >= oldest and min(left, counts[i]) or 0
    if count > 0 then
      left = left - count
      table.insert(alive, 1, {times[i], count})
    end
    whole = whole and count == counts[i]
  end
  local sum = permits - left
  if sum == 0 then return nil, whole end
  last = alive[#alive][1]

  if form == 'L' then
    local stamps = {}
    for i, event in ipairs(alive) do stamps[i] = string.rep(pack('>I4', event[1] % wrap), event[2]) end
    return 'L' .. pack('>d', last) .. table.concat(stamps), whole
  elseif form == 'S' then
    local numbers, before = {}, floor(alive[1][1] / width) - 1
    for place = 1, floor(last / width) - before do numbers[place] = 0 end
    for _, event in ipairs(alive) do
      local place = floor(event[1] / width) - before
      numbers[place] = numbers[place] + event[2]
    end
    for place = 1, #numbers do numbers[place] = pack('>I4', numbers[place]) end
    return 'S' .. pack('>ddd', last, width, sum) .. table.concat(numbers), whole
  elseif form == 'G' then
    local ahead, before = 0, 0
    for _, event in ipairs(alive) do
      local drained = min(window, event[1] - before) * permits
      ahead, before = max(0, ahead - drained) + event[2] * window, event[1]
    end
    whole = whole and ahead > (sum - 1) * window
    return 'G' .. pack('>ddddd', last, window, last + floor(ahead / permits), permits, ahead % permits), whole
  elseif form == 'F' then
    return 'F' .. pack('>ddd', at, window, sum), whole
  end
  local current = 0
  for _, event in ipairs(alive) do
    if floor(event[1] / window) == floor(at / window) then current = current + event[2] end
  end
  return 'C' .. pack('>dddd', at, window, sum - current, current), whole
end

-- Returns the cost of a call, and of strikes what is told of them.
local function cost_of(mode, text)
  if mode ~= 'strike' then return tonumber(text) end
  local count, teller, number, age = text:match('^(%d+) (%d+) (%d+) (%d+)$')
  return 1, {count = tonumber(count), teller = tonumber(teller), number = tonumber(number), age = tonumber(age)}
end

-- Returns whether strikes are told for the first time, and who told of strikes and under which number, the last one last.
local function note(told, tellers)
  local latest = 0
  for at = 1, #tellers - 7, 8 do
    local teller, number = read('>I4I4', tellers, at)
    if teller == told.teller then
      latest = number
      tellers = tellers:sub(1, at - 1) .. tellers:sub(at + 8)
      break
    end
  end
  tellers = tellers .. pack('>I4I4', told.teller, max(latest, told.number))
  return told.number > latest, tellers:sub(-8 * most_tellers)
end

-- Returns whether permits are to be taken, the verdict, remaining, ms to reset and to retry; the cost; what the state
-- is and would be, its life, the header that strikes put before it, and its life; what a state lives longer than it counts.
local function evaluate(place, now, mode, rule, cost, told)
  local form, permits, window, state = rule.form, rule.permits, rule.window, current[KEYS[place]]
  if state == nil then state = stored[place] end

  local strikes, since, banned, reset_at, tellers, header, header_life = 0, now, 0, 0, '', '', 0
  if state and byte(state) == 80 and #state >= 34 then -- 'P': strikes come before the state
    strikes, since, banned, reset_at = read('>dddd', state, 2)
    local header_end = 34 + 8 * byte(state, 34)
    if not rule.first and mode ~= 'reset' then
      -- Others may go by penalties for a while, which are to find what they noted.
      header, header_life = state:sub(1, header_end), life_of(KEYS[place])
    end
    tellers, state = state:sub(35, header_end), state:sub(header_end + 1)
    reset_at = min(reset_at, now)
  end
  local last, span, one, two, three
  local kept = state
  if state then
    local was = state:sub(1, 1)
    local length = lengths[was]
    if not length or #state < length or (#state - length) % 4 ~= 0 then
      state, kept = nil, nil -- nothing of ours
    else
      if was == form then last, span, one, two, three = read(rule.layout, state, 2) end
      if was ~= form or rule.span and span ~= rule.span or form == 'G' and two ~= permits then
        local whole
        state, whole = converted(state, form, permits, window, now)
        -- What would be lost stays until permits are taken: instances may go by the rule of before for a while.
        if whole then kept = state end
        renewable[place] = whole
        if state then last, span, one, two, three = read(rule.layout, state, 2) end
      end
    end
  end

  -- Time never goes back: a limit whose state is of later counts from then.
  if not state then last = now end
  local at = last > now and last or now
  -- How much is used, when it is free again, when the call can succeed; the state after it, and its life.
  local used, reset, retry, fresh, life = 0, 0, 0, nil, 0

  if form == 'L' then
    local held, gone = state and (#state - 9) / 4 or 0, 0
    local high = held
    while gone < high do
      local middle = (gone + high - (gone + high) % 2) / 2
      if (last - read('>I4', state, 10 + 4 * middle)) % wrap + at - last >= window then
        gone = middle + 1
      else
        high = middle
      end
    end
    used = held - gone
    if used > 0 then reset = window - (last - read('>I4', state, 6 + 4 * held)) % wrap - at + last end
    if mode == 'refund' then -- the oldest first: the others count for longer, and those that are gone elsewhere maybe
      local back = min(cost, used)
      if held > back then life = max(1, reset) end
      fresh = life > 0 and state:sub(1, 9 + 4 * gone) .. state:sub(10 + 4 * (gone + back)) or ''
    elseif used + cost <= permits then
      life = window
      local stamp = pack('>I4', at % wrap)
      if cost > 1 then stamp = string.rep(stamp, cost) end
      fresh = 'L' .. pack('>d', at) .. (state and state:sub(10 + 4 * gone) or '') .. stamp
    elseif cost > permits then
      retry = -1
    else
      retry = window - (last - read('>I4', state, 6 + 4 * (held + cost - permits))) % wrap - at + last
    end

  elseif form == 'S' then
    local width, half = rule.width, rule.half
    local held, total = 0, 0
    if state then held, total = (#state - 25) / 4, one end
    local newest, current, begun = (last - last % width) / width, (at - at % width) / width, at - window + 1
    local oldest = (begun - begun % width) / width
    local first = newest - held + 1
    local gone = oldest > first and oldest - first or 0
    if gone > held then gone = held end
    for place = 0, gone - 1 do total = total - read('>I4', state, 26 + 4 * place) end
    first, held = first + gone, held - gone
    local begin = 26 + 4 * gone
    local scaled = width * total
    if held > 0 and first == oldest then
      scaled = scaled - read('>I4', state, begin) * (begun - oldest * width)
    end
    -- What is used is rounded to the nearest permit: rounded up, each would be half a permit late.
    local room = width * permits + half - scaled
    used = permits - (room - room % width) / width
    if total > 0 then reset = (newest + 1) * width + window - 1 - at end
    if mode == 'refund' then
      local kept, left = {}, cost
      for place = 1, held do
        local count = read('>I4', state, begin + 4 * place - 4)
        local back = min(left, count)
        left, total = left - back, total - back
        kept[place] = pack('>I4', count - back)
      end
      life = total > 0 and reset or 0
      fresh = 'S' .. pack('>ddd', last, width, total) .. table.concat(kept)
    elseif width * cost <= room then
      local count, kept = cost, ''
      if held > 0 and newest == current then
        count = read('>I4', state, #state - 3) + cost
        kept = state:sub(begin, -5)
      elseif held > 0 then
        kept = state:sub(begin) .. string.rep('\0\0\0\0', current - newest - 1)
      end
      life = (current + 1) * width + window - 1 - at
      fresh = 'S' .. pack('>ddd', at, width, total + cost) .. kept .. pack('>I4', count)
    elseif cost > permits then
      retry = -1
    else
      local later, part = total, first
      repeat
        local count = read('>I4', state, begin + 4 * (part - first))
        later = later - count
        if count > 0 and later + cost <= permits then
          local staying = floor(((permits - cost - later) * width + half) / count)
          retry = (part + 1) * width + window - 1 - min(width, staying) - at
        end
        part = part + 1
      until retry > 0
    end

  elseif form == 'C' then
    local before, current, into = 0, 0, at % window
    if state then
      local begun = at - into - (last - last % window)
      if begun == 0 then before, current = one, two elseif begun == window then before = two end
    end
    local scaled = before * (window - into) + current * window
    local rest = scaled % window
    used = (scaled - rest) / window + (rest > 0 and 1 or 0)
    if current > 0 then reset = 2 * window - into elseif before > 0 then reset = window - into end
    if mode == 'refund' then
      local back = min(before, cost)
      before, current = before - back, max(0, current - cost + back)
      if current > 0 then life = 2 * window - into elseif before > 0 then life = window - into end
      fresh = 'C' .. pack('>dddd', at, window, before, current)
    elseif scaled + cost * window <= permits * window then
      life = 2 * window - into
      fresh = 'C' .. pack('>dddd', at, window, before, current + cost)
    elseif cost > permits then
      retry = -1
    elseif current + cost <= permits then
      retry = window - floor((permits - current - cost) * window / before) - into
    else
      retry = window - into + max(0, window - floor((permits - cost) * window / current))
    end

  elseif form == 'F' then
    local left = window - at % window
    if state and at + left - window == last - last % window then used = one end
    if used > 0 then reset = left end
    if mode == 'refund' then
      -- Without a state, a window that is over would begin anew if the clock went back.
      if state then life = left end
      fresh = 'F' .. pack('>ddd', at, window, max(0, used - cost))
    elseif used + cost <= permits then
      life = left
      fresh = 'F' .. pack('>ddd', at, window, used + cost)
    else
      retry = cost > permits and -1 or left
    end

  else -- 'G': how far the next permit's time is ahead of now, in 1/permits of a ms
    local burst, ahead = rule.burst, 0
    if state then ahead = max(0, (one - at) * permits + three) end
    used = permits - floor((burst * window - ahead) / window)
    reset = ceil(ahead / permits)
    local after = mode == 'refund' and max(0, ahead - cost * window) or ahead + cost * window
    if mode == 'refund' or after <= burst * window then
      life = ceil(after / permits)
      fresh = 'G' .. pack('>ddddd', at, window, at + floor(after / permits), permits, after % permits)
    else
      retry = cost > burst and -1 or ceil((after - burst * window) / permits)
    end
  end

  local skew = at - now
  local verdict, wait = 'A', 0
  if retry < 0 then
    verdict, wait = 'C', -1
  elseif not fresh then
    verdict, wait = 'L', retry + skew
  end

  if rule.first then
    local step, forget = rule.step, rule.forget
    local forgotten = floor(max(0, now - since) / forget)
    strikes, since = max(0, strikes - forgotten), since + forgotten * forget
    if strikes == 0 then since = now end
    if mode == 'reset' then strikes, since, banned, reset_at, tellers = 0, now, 0, now, '' end
    local more = 0
    if told then
      local first
      first, tellers = note(told, tellers)
      if first and now - told.age - reset_slack > reset_at then more = told.count end
    elseif mode == 'take' and verdict ~= 'C' and (verdict ~= 'A' or banned > now) then -- nobody is to blame for 'C'
      more = 1
    end
    local level = floor((strikes + more) / step)
    if more > 0 and level > floor(strikes / step) then
      banned = max(banned, now + min(rule.longest, rule.first * 2 ^ (level - 1)))
    end
    strikes = strikes + more
    if strikes > rule.most then strikes = rule.most + (strikes - rule.most) % step end
    if banned > now and wait >= 0 then
      if banned - now > wait then wait = banned - now end
      verdict = 'P'
    end
    local reset_until = reset_at > 0 and reset_at + reset_kept or 0
    if strikes > 0 or banned > now or reset_until > now then
      header = 'P' .. pack('>dddd', strikes, since, banned, reset_at) .. string.char(#tellers / 8) .. tellers
      header_life = max(since + strikes * forget, banned, reset_until) - now
    end
  end

  local remaining, full = used < permits and permits - used or 0, reset > 0 and reset + skew or 0
  if verdict == 'P' then remaining, full = 0, max(full, wait) end
  return mode == 'take' and verdict == 'A', verdict, remaining, full, wait,
    cost, kept or '', fresh, life > 0 and life + skew or 0, header, header_life, form == 'F' and window or 0
end

-- Notes what has to be written, and returns the answer. Until permits are taken, no key goes earlier than it would: what
-- was taken under another rule may count for longer.
local function settle(
  place, mode, taken, verdict, remaining, reset, wait, cost, state, fresh, life, header, header_life, longer)
  local key = KEYS[place]
  if taken then
    remaining, reset = remaining - cost, life
    current[key] = header .. fresh
    lives[key] = header_life > life + longer and header_life or life + longer
  elseif mode == 'reset' then
    current[key], lives[key] = header, header_life
  elseif mode == 'refund' then
    -- Nothing goes back where more would be lost by it.
    if renewable[place] ~= false then
      current[key] = header .. (life > 0 and fresh or '')
      lives[key] = current[key] == '' and 0 or max(header_life, life, life_of(key))
    end
  elseif mode ~= 'look' and (header ~= '' or reset > 0 and mode == 'take') then
    -- A state may also count for longer than the key lives, or in another form.
    local left = life_of(key)
    if header ~= '' or renewable[place] or left < reset then
      current[key], lives[key] = header .. state, max(header_life, left, reset)
    end
  end
  return pack('>c1ddd', verdict, remaining, reset, wait)
end

local answers = {}

-- Answers calls that take the same of one limit from one look at its state, if all of them can have it.
local function take_together(places, now, rule, cost)
  local taken, verdict, remaining, _, wait, _, _, fresh, life, header, header_life, longer =
    evaluate(places[1], now, 'take', rule, cost * #places)
  if not taken then return end
  local key = KEYS[places[1]]
  current[key], lives[key] = header .. fresh, max(header_life, life + longer)
  for i, place in ipairs(places) do
    answers[place] = pack('>c1ddd', verdict, remaining - i * cost, life, wait)
  end
end

-- The first of several calls for one key answers for those that follow. Not for 'G', where each has another reset.
if calls < 0 and limits_each == 1 and ARGV[2] == 'take' and rule_of(ARGV[3]).form ~= 'G' then
  local places = {}
  for place, key in ipairs(KEYS) do
    local before = places[key]
    if before then before[#before + 1] = place else places[key] = {place} end
  end
  for _, alike in pairs(places) do
    if #alike > 1 then take_together(alike, time_of(ARGV[1]), rule_of(ARGV[3]), tonumber(ARGV[4])) end
  end
end

local now, mode, rule, cost, told
for call = 1, math.abs(calls) do
  local before, from = (call - 1) * limits_each, (call - 1) * from_call_to_call + 1
  if call == 1 or from > 1 then
    now, mode = time_of(ARGV[from]), ARGV[from + 1]
    if limits_each == 1 then
      rule, cost, told = rule_of(ARGV[from + 2]), cost_of(mode, ARGV[from + 3])
    end
  end
  if answers[call] then -- with others
  elseif limits_each == 1 then
    answers[call] = settle(call, mode, evaluate(call, now, mode, rule, cost, told))
  else
    local limits, taken, replies = {}, true, {}
    for i = 1, limits_each do
      limits[i] = {
        evaluate(before + i, now, mode, rule_of(ARGV[from + 2 * i]), cost_of(mode, ARGV[from + 2 * i + 1]))
      }
      taken = taken and limits[i][1]
    end
    for i = 1, limits_each do
      limits[i][1] = taken
      replies[i] = settle(before + i, mode, unpack(limits[i], 1, 12))
    end
    answers[call] = table.concat(replies)
  end
end

-- A clock that tests step may stand still while keys expire by the server's.
local spare = server_time and 0 or 3600000
for key, life in pairs(lives) do
  if life > 0 then
    redis.call('PSETEX', key, format('%.0f', life + spare), current[key])
  else
    redis.call('DEL', key)
  end
end
return #ARGV % 2 == 0 and answers[1] or answers
