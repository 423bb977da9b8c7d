-- What scripts find around them: Lua's own functions where they must behave otherwise than in plain Lua 5.1, and tables
-- that nobody can change. Runs once for each state, before any script.
--
-- In: the state's signal, a function that tells whether the calling thread can pause, a function that is told of a
-- coroutine about to be resumed (see LuaState), and the table of what functions are loaded with, or nil. Out: the table to be the global variables, the table behind it, and a function
-- that switches between that table and the one for loading.
--
-- Calls of C must be left as C's lua_error leaves them: never through lua_pcall (see package dev.vedette.store.lua). So
-- pcall and its like run what they are given on a coroutine. That lets a script pause inside of them, too.

local signal, can_pause, entering, loading = ...

local error, getmetatable, next, pairs, rawget, rawset, select, setmetatable, tostring, type =
  error, getmetatable, next, pairs, rawget, rawset, select, setmetatable, tostring, type
local load, loadstring = load, loadstring
local byte, find, gsub = string.byte, string.find, string.gsub
local getinfo = debug.getinfo
local concat, insert = table.concat, table.insert
local create, resume, running, status, yield =
  coroutine.create, coroutine.resume, coroutine.running, coroutine.status, coroutine.yield

local variables = _G

-- ---------------------------------------------------------------- tables that nobody can change

local READONLY = 'Attempt to modify a readonly table'

-- A protected table is an empty one that shows another: what it shows by itself, and what it shows for whom.
local shown = {}
local showing = {}

local function refuse()
  error(READONLY, 2)
end

local function protect(original)
  local view = showing[original]
  if view then
    return view
  end
  view = {}
  showing[original] = view
  shown[view] = original
  for key, value in next, original do
    if type(value) == 'table' and not shown[value] then
      rawset(original, key, protect(value))
    end
  end
  local meta = getmetatable(original)
  if meta then
    protect(meta)
  end
  return setmetatable(view, { __index = original, __newindex = refuse })
end

local function unknown_variable(_, name)
  local kind = type(name)
  if kind ~= 'string' and kind ~= 'number' then
    error('Second argument to luaProtectedTableError must be a string or number', 2)
  end
  error("Script attempted to access nonexistent global variable '" .. name .. "'", 2)
end

-- These call Lua's own under their own names and not as the last thing, so that complaints of arguments name them; the
-- place in such a complaint, which is here, becomes the caller's (see placed, and Scripts in Java).

local function visible_next(t, key)
  local k, value = next(shown[t] or t, key)
  return k, value
end

variables.next = visible_next

function variables.pairs(t)
  if shown[t] then
    return visible_next, t, nil
  end
  local iterator, state, start = pairs(t)
  return iterator, state, start
end

function variables.rawget(t, key)
  local value = rawget(shown[t] or t, key)
  return value
end

function variables.rawset(t, key, value)
  if shown[t] then
    error(READONLY, 0)
  end
  rawset(t, key, value)
  return t
end

function variables.getmetatable(value)
  if value ~= nil and shown[value] then
    return showing[getmetatable(shown[value])]
  end
  local meta = getmetatable(value)
  return meta and showing[meta] or meta
end

function variables.setmetatable(t, meta)
  if shown[t] then
    error(READONLY, 0)
  end
  setmetatable(t, meta)
  return t
end

function table.insert(t, ...)
  if shown[t] then
    error(READONLY, 0)
  end
  insert(t, ...)
end

-- ---------------------------------------------------------------- source code only

-- What was compiled already might do anything.
local COMPILED = 27

local function compile(code, name)
  if byte(code) == COMPILED then
    local _, complaint = loadstring('\1', name)
    return nil, (gsub(complaint, 'char%(1%)', 'char(27)'))
  end
  return loadstring(code, name)
end

function variables.loadstring(code, name)
  if type(code) ~= 'string' and type(code) ~= 'number' then
    loadstring(code)
  end
  code = tostring(code)
  return compile(code, name or code)
end

-- ---------------------------------------------------------------- coroutines, and errors

local PAUSING, STOPPING = 1, 2
local ACROSS = 'attempt to yield across metamethod/C-call boundary'

-- The coroutines that pcall made, each with the one that called pcall.
local caller = setmetatable({}, { __mode = 'k' })

local continue

local function returned(co, ok, ...)
  local what = signal[1]
  if what == PAUSING then
    if can_pause() then
      yield()
    else
      signal[1] = 0
    end
    return continue(co)
  elseif what == STOPPING then
    error('stopped', 0)
  end
  return ok, ...
end

function continue(co, ...)
  if status(co) == 'suspended' then
    entering(co)
  end
  return returned(co, resume(co, ...))
end

local function call(f, ...)
  return f(...)
end

-- A complaint of a function of C that was called from here: the place that it names is here, the right one the caller's.
local function placed(co, failure)
  local level = 0
  local frame
  repeat
    frame = getinfo(co, level, 'Sl')
    level = level + 1
  until not frame or frame.what ~= 'C' and frame.what ~= 'tail' and frame.source ~= '@surroundings'
  local place = frame and frame.short_src .. ':' .. frame.currentline .. ': ' or ''
  return (gsub(failure, '^surroundings:%d+: ', (gsub(place, '%%', '%%%%'))))
end

local function failed(co, failure)
  if type(failure) == 'string' and find(failure, '^surroundings:%d+: ') then
    failure = placed(co, failure)
  end
  return false, failure
end

local function caught(co, ok, ...)
  if not ok then
    return failed(co, ...)
  elseif status(co) == 'suspended' then
    return false, ACROSS
  end
  return ok, ...
end

local function protected_call(f, ...)
  if type(f) ~= 'function' then
    local meta = getmetatable(f)
    if type(meta) ~= 'table' or rawget(meta, '__call') == nil then
      return false, 'attempt to call a ' .. type(f) .. ' value'
    end
  end
  local co = create(call)
  local here = running()
  caller[co] = caller[here] or here
  return caught(co, continue(co, f, ...))
end

-- An error that is a table with a text in it is that text to who catches it, as in Redis before 7.
local function plain(ok, ...)
  if not ok then
    local failure = ...
    if type(failure) == 'table' then
      local text = failure.err
      if type(text) == 'string' or type(text) == 'number' then
        return false, text
      end
    end
  end
  return ok, ...
end

function variables.pcall(...)
  if select('#', ...) == 0 then
    return false, 'attempt to call a boolean value'
  end
  return plain(protected_call(...))
end

local function handled(handler, ok, ...)
  if ok then
    return ok, ...
  end
  return false, select(2, protected_call(handler, ...))
end

function variables.xpcall(f, handler)
  return handled(handler, protected_call(f))
end

function variables.load(reader, name)
  if type(reader) ~= 'function' then
    load(reader)
  end
  local pieces = {}
  while true do
    local ok, piece = protected_call(reader)
    if not ok then
      return nil, piece
    end
    if piece == nil or piece == '' then
      break
    end
    if type(piece) ~= 'string' and type(piece) ~= 'number' then
      return nil, 'reader function must return a string'
    end
    pieces[#pieces + 1] = piece
    if byte(pieces[1]) == COMPILED then
      break
    end
  end
  return compile(concat(pieces), name or '=(load)')
end

local function resumed(co, ok, ...)
  if not ok then
    return failed(co, ...)
  end
  return ok, ...
end

function coroutine.resume(co, ...)
  if type(co) ~= 'thread' then
    resume(co)
  end
  return resumed(co, continue(co, ...))
end

local function unwrapped(ok, ...)
  if ok then
    return ...
  end
  local failure = ...
  error(failure, 3)
end

-- The thread that runs a script is a coroutine, too, of which scripts know nothing: their own are marked.
local own = setmetatable({}, { __mode = 'k' })

local function created(name, f)
  if type(f) ~= 'function' then
    error("bad argument #1 to '" .. name .. "' (Lua function expected)", 3)
  end
  local co = create(f)
  own[co] = true
  return co
end

function coroutine.create(f)
  local co = created('create', f)
  return co
end

function coroutine.wrap(f)
  local co = created('wrap', f)
  return function(...)
    return unwrapped(resumed(co, continue(co, ...)))
  end
end

function coroutine.running()
  local co = running()
  co = caller[co] or co
  return own[co] and co or nil
end

-- ---------------------------------------------------------------- the global variables

for _, name in next, { 'dofile', 'loadfile', 'print', 'newproxy', 'getfenv', 'setfenv', 'debug', 'module', 'require' } do
  variables[name] = nil
end

setmetatable(variables, { __index = unknown_variable })
protect(getmetatable(''))
local globals = protect(variables)
rawset(variables, '_G', globals)

local switch
if loading then
  setmetatable(loading, { __index = unknown_variable })
  setmetatable(loading.redis, { __index = unknown_variable })
  local meta = getmetatable(globals)
  loading = protect(loading)
  function switch(on)
    rawset(meta, '__index', on and shown[loading] or variables)
  end
end

return globals, variables, switch
