package dev.vedette.store.lua;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The C interface of Lua 5.1, as far as it is used here. A thread is the address of its {@code lua_State}; values are
 * named by their place on its stack, from 1 at the bottom or from -1 at the top.
 *
 * <p>None of these checks anything: a wrong place ends the process.
 */
public final class Lua {

    private static final MemoryLayout INT = ValueLayout.JAVA_INT;
    private static final MemoryLayout LONG = ValueLayout.JAVA_LONG;
    private static final MemoryLayout DOUBLE = ValueLayout.JAVA_DOUBLE;

    public static final int NIL = 0;
    public static final int BOOLEAN = 1;
    public static final int ADDRESS = 2;
    public static final int NUMBER = 3;
    public static final int STRING = 4;
    public static final int TABLE = 5;
    public static final int FUNCTION = 6;

    /** A thread's status: it waits to be resumed. */
    public static final int YIELDED = 1;

    /** The place of the registry, the table that scripts cannot reach. */
    public static final int REGISTRY = -10000;
    /** The place of the running thread's global variables. */
    public static final int GLOBALS = -10002;
    /** The place of the first value that a function of C keeps. */
    public static final int FIRST_UPVALUE = GLOBALS - 1;

    /** For {@link #collect}: answers the memory in use, in KiB; and collects for so many steps. */
    public static final int GC_COUNT = 3;

    public static final int GC_STEP = 5;

    private static final int MASK_RETURN = 2;
    private static final int MASK_COUNT = 8;

    /**
     * Lua lets 200 calls of C stand one within the other, which may take 9 KB of the machine's stack each (gsub). On the
     * threads of the JVM there is room for fewer, so every thread begins as if these were under way already.
     */
    private static final short C_CALLS_SPENT = 130;

    /** Offsets in a lua_State: calls of C in progress, those when the thread was resumed, and the hook's mask. */
    private static final int C_CALLS = 0x60;

    private static final int C_CALLS_AT_RESUME = 0x62;
    private static final int HOOK_MASK = 0x64;

    /** Offsets in a lua_Debug, and its size. */
    private static final int DEBUG_WHAT = 24;

    private static final int DEBUG_SOURCE = 32;
    private static final int DEBUG_LINE = 40;
    private static final int DEBUG_BYTES = 128;

    private static final MethodHandle GETTOP = LuaLibrary.quick("lua_gettop", FunctionDescriptor.of(INT, LONG));
    private static final MethodHandle SETTOP = LuaLibrary.quick("lua_settop", FunctionDescriptor.ofVoid(LONG, INT));
    private static final MethodHandle TYPE = LuaLibrary.quick("lua_type", FunctionDescriptor.of(INT, LONG, INT));
    private static final MethodHandle TOBOOLEAN =
            LuaLibrary.quick("lua_toboolean", FunctionDescriptor.of(INT, LONG, INT));
    private static final MethodHandle TONUMBER =
            LuaLibrary.quick("lua_tonumber", FunctionDescriptor.of(DOUBLE, LONG, INT));
    private static final MethodHandle ISNUMBER =
            LuaLibrary.quick("lua_isnumber", FunctionDescriptor.of(INT, LONG, INT));
    private static final MethodHandle OBJLEN = LuaLibrary.quick("lua_objlen", FunctionDescriptor.of(LONG, LONG, INT));
    private static final MethodHandle PUSHVALUE =
            LuaLibrary.quick("lua_pushvalue", FunctionDescriptor.ofVoid(LONG, INT));
    private static final MethodHandle INSERT = LuaLibrary.quick("lua_insert", FunctionDescriptor.ofVoid(LONG, INT));
    private static final MethodHandle REMOVE = LuaLibrary.quick("lua_remove", FunctionDescriptor.ofVoid(LONG, INT));
    private static final MethodHandle REPLACE = LuaLibrary.quick("lua_replace", FunctionDescriptor.ofVoid(LONG, INT));
    private static final MethodHandle PUSHNIL = LuaLibrary.quick("lua_pushnil", FunctionDescriptor.ofVoid(LONG));
    private static final MethodHandle PUSHNUMBER =
            LuaLibrary.quick("lua_pushnumber", FunctionDescriptor.ofVoid(LONG, DOUBLE));
    private static final MethodHandle PUSHBOOLEAN =
            LuaLibrary.quick("lua_pushboolean", FunctionDescriptor.ofVoid(LONG, INT));
    private static final MethodHandle PUSHLIGHTUSERDATA =
            LuaLibrary.quick("lua_pushlightuserdata", FunctionDescriptor.ofVoid(LONG, LONG));
    private static final MethodHandle TOUSERDATA =
            LuaLibrary.quick("lua_touserdata", FunctionDescriptor.of(LONG, LONG, INT));
    private static final MethodHandle RAWGET = LuaLibrary.quick("lua_rawget", FunctionDescriptor.ofVoid(LONG, INT));
    private static final MethodHandle RAWGETI =
            LuaLibrary.quick("lua_rawgeti", FunctionDescriptor.ofVoid(LONG, INT, INT));
    private static final MethodHandle RAWSET = LuaLibrary.function("lua_rawset", FunctionDescriptor.ofVoid(LONG, INT));
    private static final MethodHandle RAWSETI =
            LuaLibrary.function("lua_rawseti", FunctionDescriptor.ofVoid(LONG, INT, INT));
    private static final MethodHandle CREATETABLE =
            LuaLibrary.function("lua_createtable", FunctionDescriptor.ofVoid(LONG, INT, INT));
    private static final MethodHandle NEXT = LuaLibrary.quick("lua_next", FunctionDescriptor.of(INT, LONG, INT));
    private static final MethodHandle CHECKSTACK =
            LuaLibrary.function("lua_checkstack", FunctionDescriptor.of(INT, LONG, INT));
    private static final MethodHandle TOPOINTER =
            LuaLibrary.quick("lua_topointer", FunctionDescriptor.of(LONG, LONG, INT));
    private static final MethodHandle TOTHREAD =
            LuaLibrary.quick("lua_tothread", FunctionDescriptor.of(LONG, LONG, INT));
    private static final MethodHandle STATUS = LuaLibrary.quick("lua_status", FunctionDescriptor.of(INT, LONG));
    private static final MethodHandle RESUME = LuaLibrary.function("lua_resume", FunctionDescriptor.of(INT, LONG, INT));
    private static final MethodHandle YIELD = LuaLibrary.function("lua_yield", FunctionDescriptor.of(INT, LONG, INT));
    private static final MethodHandle XMOVE = LuaLibrary.quick("lua_xmove", FunctionDescriptor.ofVoid(LONG, LONG, INT));
    private static final MethodHandle NEWTHREAD =
            LuaLibrary.function("lua_newthread", FunctionDescriptor.of(LONG, LONG));
    private static final MethodHandle REF = LuaLibrary.function("luaL_ref", FunctionDescriptor.of(INT, LONG, INT));
    private static final MethodHandle UNREF =
            LuaLibrary.function("luaL_unref", FunctionDescriptor.ofVoid(LONG, INT, INT));
    private static final MethodHandle GC = LuaLibrary.function("lua_gc", FunctionDescriptor.of(INT, LONG, INT, INT));
    private static final MethodHandle CLOSE = LuaLibrary.function("lua_close", FunctionDescriptor.ofVoid(LONG));
    private static final MethodHandle WHERE = LuaLibrary.function("luaL_where", FunctionDescriptor.ofVoid(LONG, INT));
    private static final MethodHandle SETHOOK =
            LuaLibrary.quick("lua_sethook", FunctionDescriptor.of(INT, LONG, LONG, INT, INT));
    private static final MethodHandle PUSHCCLOSURE =
            LuaLibrary.function("lua_pushcclosure", FunctionDescriptor.ofVoid(LONG, LONG, INT));
    private static final MethodHandle PCALL =
            LuaLibrary.function("lua_pcall", FunctionDescriptor.of(INT, LONG, INT, INT, INT));
    private static final MethodHandle GETSTACK =
            LuaLibrary.quick("lua_getstack", FunctionDescriptor.of(INT, LONG, INT, LONG));
    private static final MethodHandle GETINFO =
            LuaLibrary.function("lua_getinfo", FunctionDescriptor.of(INT, LONG, LONG, LONG));
    private static final MethodHandle TOLSTRING =
            LuaLibrary.function("lua_tolstring", FunctionDescriptor.of(LONG, LONG, INT, LONG));
    private static final MethodHandle PUSHLSTRING =
            LuaLibrary.function("lua_pushlstring", FunctionDescriptor.ofVoid(LONG, LONG, LONG));
    private static final MethodHandle LOADBUFFER =
            LuaLibrary.function("luaL_loadbuffer", FunctionDescriptor.of(INT, LONG, LONG, LONG, LONG));
    private static final MethodHandle NEWSTATE = LuaLibrary.function("luaL_newstate", FunctionDescriptor.of(LONG));

    /** All of the process's memory, to read what addresses point at. */
    @SuppressWarnings("restricted")
    private static final MemorySegment MEMORY = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

    private static final long LUA_ERROR = LuaLibrary.address("lua_error");
    private static final int SCRATCH_BYTES = 64 * 1024;

    /** Where bytes stand on their way to C; each state has its own by way of its thread of the JVM. */
    private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

    private static final class Scratch {
        private final MemorySegment bytes = Arena.global().allocate(SCRATCH_BYTES, 16);
        private final MemorySegment length = Arena.global().allocate(ValueLayout.JAVA_LONG);
        private final MemorySegment debug = Arena.global().allocate(DEBUG_BYTES, 16);
        private final long what = Arena.global().allocateFrom("Sl").address();
    }

    private Lua() {}

    private static IllegalStateException broken(Throwable impossible) {
        return new IllegalStateException("a call of Lua failed", impossible);
    }

    // ------------------------------------------------------------------ with Java's types

    /** Whether a value is neither nil nor false. */
    public static boolean isTrue(long thread, int index) {
        return cToBoolean(thread, index) != 0;
    }

    /** Whether a value is a number, or a string that can be read as one. */
    public static boolean isNumeric(long thread, int index) {
        return cIsNumber(thread, index) != 0;
    }

    /** Whether a value is a string, or a number, which can be read as one. */
    public static boolean isText(long thread, int index) {
        int type = type(thread, index);
        return type == STRING || type == NUMBER;
    }

    /** Pushes a truth value. */
    public static void push(long thread, boolean value) {
        cPushBoolean(thread, value ? 1 : 0);
    }

    /** Makes room for more values; false when the thread's stack has reached its limit. */
    public static boolean hasRoom(long thread, int values) {
        return cCheckStack(thread, values) != 0;
    }

    /** Replaces the key on top by the next key of a table and its value; at the end takes the key off and is false. */
    public static boolean next(long thread, int table) {
        return cNext(thread, table) != 0;
    }

    /** Pushes a string. */
    public static void push(long thread, byte[] array, int offset, int length) {
        if (length <= SCRATCH_BYTES) {
            MemorySegment scratch = SCRATCH.get().bytes;
            MemorySegment.copy(array, offset, scratch, ValueLayout.JAVA_BYTE, 0, length);
            cPushString(thread, scratch.address(), length);
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(length);
            MemorySegment.copy(array, offset, copy, ValueLayout.JAVA_BYTE, 0, length);
            cPushString(thread, copy.address(), length);
        }
    }

    /** Pushes a string. */
    public static void push(long thread, byte[] bytes) {
        push(thread, bytes, 0, bytes.length);
    }

    /** Pushes a string; a byte for each character. */
    public static void push(long thread, String latin) {
        push(thread, latin.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The bytes of a string, or of a number's text, which then stands in its place; null for anything else. */
    public static byte @Nullable [] bytes(long thread, int index) {
        MemorySegment length = SCRATCH.get().length;
        long address = cToString(thread, index, length.address());
        if (address == 0) {
            return null;
        }
        byte[] bytes = new byte[Math.toIntExact(length.get(ValueLayout.JAVA_LONG, 0))];
        MemorySegment.copy(MEMORY, ValueLayout.JAVA_BYTE, address, bytes, 0, bytes.length);
        return bytes;
    }

    /** As {@link #bytes}, a character for each byte. */
    public static @Nullable String text(long thread, int index) {
        byte[] bytes = bytes(thread, index);
        return bytes == null ? null : new String(bytes, StandardCharsets.ISO_8859_1);
    }

    /** Puts the value on top into a table under a name. */
    public static void setField(long thread, int table, String name) {
        int place = table < 0 && table > REGISTRY ? table - 1 : table;
        push(thread, name);
        insert(thread, -2);
        rawSet(thread, place);
    }

    /** Pushes the value that a table holds under a name, without metamethods. */
    public static void getField(long thread, int table, String name) {
        int place = table < 0 && table > REGISTRY ? table - 1 : table;
        push(thread, name);
        rawGet(thread, place);
    }

    /** Takes the value on top into the registry; answers the key by which {@link #pushKept} gets it back. */
    public static int keep(long thread) {
        return cRef(thread, REGISTRY);
    }

    /** Pushes a value that was kept. */
    public static void pushKept(long thread, int key) {
        rawGet(thread, REGISTRY, key);
    }

    /** Lets go of a value that was kept. */
    public static void release(long thread, int key) {
        cUnref(thread, REGISTRY, key);
    }

    /**
     * Compiles source code and pushes the function, or else what is wrong with it.
     *
     * @param name how its lines are called in messages, with an {@code @} before it
     */
    public static boolean load(long thread, byte[] code, int offset, int length, String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment copy = arena.allocate(length + 1);
            MemorySegment.copy(code, offset, copy, ValueLayout.JAVA_BYTE, 0, length);
            return cLoadBuffer(
                            thread,
                            copy.address(),
                            length,
                            arena.allocateFrom(name).address())
                    == 0;
        }
    }

    /**
     * Calls the function below its arguments on top, for code of our own that scripts have no part in.
     *
     * @throws IllegalStateException when it fails
     */
    static void call(long thread, int arguments, int results) {
        if (cProtectedCall(thread, arguments, results, 0) != 0) {
            throw new IllegalStateException("Lua code of our own failed: " + text(thread, -1));
        }
    }

    /** Makes room on a thread that died of having none. */
    public static void roomForErrors(long thread) {
        if (!hasRoom(thread, 3)) {
            setTop(thread, -1);
        }
    }

    // ------------------------------------------------------------------ errors, interruptions

    /** The function that called this one or went wrong, from a {@link #frame}. */
    public record Frame(String what, String source, int line) {
        /** Whether it is a function of C, or one of ours. */
        public boolean isC() {
            return what.equals("C");
        }
    }

    /** The function at that level, 0 for the one that runs or ran into an error; null beyond the first. */
    public static @Nullable Frame frame(long thread, int level) {
        Scratch scratch = SCRATCH.get();
        long record = scratch.debug.address();
        if (cGetStack(thread, level, record) == 0) {
            return null;
        }
        cGetInfo(thread, scratch.what, record);
        return new Frame(
                string(scratch.debug.get(ValueLayout.JAVA_LONG, DEBUG_WHAT)),
                string(scratch.debug.get(ValueLayout.JAVA_LONG, DEBUG_SOURCE)),
                scratch.debug.get(ValueLayout.JAVA_INT, DEBUG_LINE));
    }

    private static String string(long address) {
        return address == 0 ? "" : MEMORY.getString(address, StandardCharsets.ISO_8859_1);
    }

    /** Makes the value on top an error as soon as the function under way, of ours, has returned it. See the package. */
    static void raiseOnReturn(long thread) {
        cSetHook(thread, LUA_ERROR, MASK_RETURN, 0);
    }

    /** Makes some value an error with the next instruction, so that the thread ends, even if it catches errors. */
    static void end(long thread) {
        cSetHook(thread, LUA_ERROR, MASK_COUNT, 1);
    }

    /** Has the hook called each time that many instructions have run on the thread, and on those that it will make. */
    static void countWith(long thread, long hook, int instructions) {
        cSetHook(thread, hook, MASK_COUNT, instructions);
    }

    /** Calls no hook any more. */
    static void uncount(long thread) {
        cSetHook(thread, 0, 0, 0);
    }

    /** Whether {@link #pause} may be called: no function of C that cannot be left stands under what runs. */
    static boolean canPause(long thread) {
        return MEMORY.get(ValueLayout.JAVA_SHORT_UNALIGNED, thread + C_CALLS)
                == MEMORY.get(ValueLayout.JAVA_SHORT_UNALIGNED, thread + C_CALLS_AT_RESUME);
    }

    /** From a hook: lets the thread wait here until it is resumed. */
    static void pause(long thread) {
        cYield(thread, 0);
    }

    /** A thread that was resumed by nobody yet takes its limit into account. */
    static void limitCalls(long thread) {
        MEMORY.set(ValueLayout.JAVA_SHORT_UNALIGNED, thread + C_CALLS, C_CALLS_SPENT);
    }

    /** A thread that waits counts those calls of C, too, that stand under the one that is about to resume it. */
    static void inheritCalls(long thread, long resumed) {
        short calls = MEMORY.get(ValueLayout.JAVA_SHORT_UNALIGNED, thread + C_CALLS);
        MEMORY.set(ValueLayout.JAVA_SHORT_UNALIGNED, resumed + C_CALLS, (short) (calls + 1));
    }

    /** Whether the fields that {@link #canPause} reads are where it thinks, judged by one whose value is known. */
    static boolean layoutIsKnown(long thread, boolean counting) {
        return MEMORY.get(ValueLayout.JAVA_BYTE, thread + HOOK_MASK) == (counting ? MASK_COUNT : 0);
    }

    /** A new state with nothing in it; 0 when memory is out. */
    static long newState() {
        try {
            return (long) NEWSTATE.invokeExact();
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    // ------------------------------------------------------------------ as in C

    /** Number of values on the stack. */
    public static int top(long thread) {
        try {
            return (int) GETTOP.invokeExact(thread);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** Drops or adds (as nil) values until there are that many. */
    public static void setTop(long thread, int top) {
        try {
            SETTOP.invokeExact(thread, top);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** Kind of a value: one of the constants above. */
    public static int type(long thread, int index) {
        try {
            return (int) TYPE.invokeExact(thread, index);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    private static int cToBoolean(long thread, int index) {
        try {
            return (int) TOBOOLEAN.invokeExact(thread, index);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** A number, or a string that is one; 0 for anything else. */
    public static double number(long thread, int index) {
        try {
            return (double) TONUMBER.invokeExact(thread, index);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    private static int cIsNumber(long thread, int index) {
        try {
            return (int) ISNUMBER.invokeExact(thread, index);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** Length of a string or table, without metamethods. */
    public static long objectLength(long thread, int index) {
        try {
            return (long) OBJLEN.invokeExact(thread, index);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** Pushes a copy of a value. */
    public static void copy(long thread, int index) {
        try {
            PUSHVALUE.invokeExact(thread, index);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** Moves the top value to that place, the others up. */
    public static void insert(long thread, int index) {
        try {
            INSERT.invokeExact(thread, index);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** Takes a value out, the others down. */
    public static void remove(long thread, int index) {
        try {
            REMOVE.invokeExact(thread, index);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** Moves the top value to that place, over what was there. */
    public static void replace(long thread, int index) {
        try {
            REPLACE.invokeExact(thread, index);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** Pushes nil. */
    public static void pushNil(long thread) {
        try {
            PUSHNIL.invokeExact(thread);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** Pushes a number. */
    public static void push(long thread, double number) {
        try {
            PUSHNUMBER.invokeExact(thread, number);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    private static void cPushBoolean(long thread, int value) {
        try {
            PUSHBOOLEAN.invokeExact(thread, value);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** Pushes an address as a value; 0 is what stands for null in data. */
    public static void pushAddress(long thread, long address) {
        try {
            PUSHLIGHTUSERDATA.invokeExact(thread, address);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** The address that a value is; 0 for anything else, too. */
    public static long address(long thread, int index) {
        try {
            return (long) TOUSERDATA.invokeExact(thread, index);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** Replaces the key on top by its value in a table. */
    public static void rawGet(long thread, int table) {
        try {
            RAWGET.invokeExact(thread, table);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** Pushes the value of an integer key of a table. */
    public static void rawGet(long thread, int table, int key) {
        try {
            RAWGETI.invokeExact(thread, table, key);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** Puts the value on top into a table at the key below it; the key is neither nil nor NaN. */
    public static void rawSet(long thread, int table) {
        try {
            RAWSET.invokeExact(thread, table);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** Puts the value on top into a table at an integer key. */
    public static void rawSet(long thread, int table, int key) {
        try {
            RAWSETI.invokeExact(thread, table, key);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** Pushes a new table with room for so many. */
    public static void createTable(long thread, int elements, int fields) {
        try {
            CREATETABLE.invokeExact(thread, elements, fields);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    private static int cNext(long thread, int table) {
        try {
            return (int) NEXT.invokeExact(thread, table);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    private static int cCheckStack(long thread, int values) {
        try {
            return (int) CHECKSTACK.invokeExact(thread, values);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** What tells a table, function or thread from any other. */
    public static long identity(long thread, int index) {
        try {
            return (long) TOPOINTER.invokeExact(thread, index);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** A thread that is a value. */
    public static long thread(long thread, int index) {
        try {
            return (long) TOTHREAD.invokeExact(thread, index);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** How a thread stands: 0, {@link #YIELDED}, or the error that ended it. */
    public static int status(long thread) {
        try {
            return (int) STATUS.invokeExact(thread);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** Starts or continues a thread; answers its status then. */
    public static int resume(long thread, int arguments) {
        try {
            return (int) RESUME.invokeExact(thread, arguments);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    private static int cYield(long thread, int results) {
        try {
            return (int) YIELD.invokeExact(thread, results);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** Moves values from this thread's top to another's. */
    public static void moveTo(long thread, long to, int values) {
        try {
            XMOVE.invokeExact(thread, to, values);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** Pushes a new thread. */
    public static long newThread(long thread) {
        try {
            return (long) NEWTHREAD.invokeExact(thread);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    private static int cRef(long thread, int table) {
        try {
            return (int) REF.invokeExact(thread, table);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    private static void cUnref(long thread, int table, int reference) {
        try {
            UNREF.invokeExact(thread, table, reference);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** Steers the garbage collector. */
    public static int collect(long thread, int what, int data) {
        try {
            return (int) GC.invokeExact(thread, what, data);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** Frees a state with all its threads. */
    public static void close(long thread) {
        try {
            CLOSE.invokeExact(thread);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** Pushes the place of the function at that level, for the head of a message. */
    public static void where(long thread, int level) {
        try {
            WHERE.invokeExact(thread, level);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    private static int cSetHook(long thread, long hook, int mask, int count) {
        try {
            return (int) SETHOOK.invokeExact(thread, hook, mask, count);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    /** Replaces so many values on top by a function of C that keeps them. */
    public static void pushClosure(long thread, long function, int upvalues) {
        try {
            PUSHCCLOSURE.invokeExact(thread, function, upvalues);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    private static int cProtectedCall(long thread, int arguments, int results, int handler) {
        try {
            return (int) PCALL.invokeExact(thread, arguments, results, handler);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    private static int cGetStack(long thread, int level, long record) {
        try {
            return (int) GETSTACK.invokeExact(thread, level, record);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    private static int cGetInfo(long thread, long what, long record) {
        try {
            return (int) GETINFO.invokeExact(thread, what, record);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    private static long cToString(long thread, int index, long length) {
        try {
            return (long) TOLSTRING.invokeExact(thread, index, length);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    private static void cPushString(long thread, long address, long length) {
        try {
            PUSHLSTRING.invokeExact(thread, address, length);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }

    private static int cLoadBuffer(long thread, long code, long length, long name) {
        try {
            return (int) LOADBUFFER.invokeExact(thread, code, length, name);
        } catch (Throwable impossible) {
            throw broken(impossible);
        }
    }
}
