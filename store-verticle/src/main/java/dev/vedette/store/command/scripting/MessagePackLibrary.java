package dev.vedette.store.command.scripting;

import dev.vedette.store.lua.Lua;
import dev.vedette.store.lua.LuaError;
import dev.vedette.store.lua.LuaState;
import java.io.ByteArrayOutputStream;

/** The table {@code cmsgpack} that scripts find: values in the MessagePack format. */
final class MessagePackLibrary {

    /** Tables within tables beyond this become nil, so that those that contain themselves end. */
    private static final int NESTING_MAX = 16;

    private final LuaState state;
    private final long main;

    MessagePackLibrary(LuaState state) {
        this.state = state;
        this.main = state.main();
    }

    /** Puts the global variable. */
    void define() {
        Lua.createTable(main, 0, 8);
        state.push(MessagePackLibrary::pack);
        Lua.setField(main, -2, "pack");
        state.push(thread -> unpack(thread, "unpack", 0, 0));
        Lua.setField(main, -2, "unpack");
        state.push(thread -> unpack(thread, "unpack_one", 1, option(thread, 2, "unpack_one")));
        Lua.setField(main, -2, "unpack_one");
        state.push(thread -> unpack(
                thread,
                "unpack_limit",
                (long) Arguments.number(thread, 2, "unpack_limit"),
                option(thread, 3, "unpack_limit")));
        Lua.setField(main, -2, "unpack_limit");
        text("_NAME", "cmsgpack");
        text("_VERSION", "lua-cmsgpack 0.4.0");
        text("_COPYRIGHT", "Copyright (C) 2012, Salvatore Sanfilippo");
        text("_DESCRIPTION", "MessagePack C implementation for Lua");
        Lua.setField(main, Lua.GLOBALS, "cmsgpack");
    }

    private void text(String name, String value) {
        Lua.push(main, value);
        Lua.setField(main, -2, name);
    }

    private static long option(long thread, int argument, String function) throws LuaError {
        return Lua.top(thread) < argument || Lua.type(thread, argument) == Lua.NIL
                ? 0
                : (long) Arguments.number(thread, argument, function);
    }

    // ------------------------------------------------------------------ packing

    private static int pack(long thread) throws LuaError {
        int count = Lua.top(thread);
        if (count == 0) {
            throw LuaError.argument(0, "pack", "MessagePack pack needs input.");
        }
        Packer packer = new Packer(thread);
        for (int i = 1; i <= count; i++) {
            room(thread);
            Lua.copy(thread, i);
            packer.value(0);
        }
        Lua.push(thread, packer.out.toByteArray());
        return 1;
    }

    private static void room(long thread) throws LuaError {
        if (!Lua.hasRoom(thread, 4)) {
            throw LuaError.at("stack overflow");
        }
    }

    private static final class Packer {
        private final long thread;
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Packer(long thread) {
            this.thread = thread;
        }

        private void big(long value, int bytes) {
            for (int i = bytes - 1; i >= 0; i--) {
                out.write((int) (value >>> 8 * i));
            }
        }

        private void head(int type, long value, int bytes) {
            out.write(type);
            big(value, bytes);
        }

        /** Writes the value on top and takes it off. */
        void value(int level) throws LuaError {
            switch (Lua.type(thread, -1)) {
                case Lua.STRING -> string(Arguments.string(thread, -1));
                case Lua.BOOLEAN -> out.write(Lua.isTrue(thread, -1) ? 0xc3 : 0xc2);
                case Lua.NUMBER -> number(Lua.number(thread, -1));
                case Lua.TABLE -> {
                    if (level == NESTING_MAX) {
                        out.write(0xc0);
                    } else {
                        table(level);
                    }
                }
                default -> out.write(0xc0);
            }
            Lua.setTop(thread, -2);
        }

        private void string(byte[] bytes) {
            int length = bytes.length;
            if (length < 32) {
                out.write(0xa0 | length);
            } else if (length <= 0xff) {
                head(0xd9, length, 1);
            } else if (length <= 0xffff) {
                head(0xda, length, 2);
            } else {
                head(0xdb, length, 4);
            }
            out.writeBytes(bytes);
        }

        private void number(double number) {
            if (number == (long) number && number < 0x1p63) {
                integer((long) number);
            } else if (number == (float) number) {
                head(0xca, Float.floatToRawIntBits((float) number), 4);
            } else {
                head(0xcb, Double.doubleToRawLongBits(number), 8);
            }
        }

        private void integer(long n) {
            if (n >= -32 && n <= 127) {
                out.write((int) n);
            } else if (n >= 0) {
                if (n <= 0xff) {
                    head(0xcc, n, 1);
                } else if (n <= 0xffff) {
                    head(0xcd, n, 2);
                } else if (n <= 0xffffffffL) {
                    head(0xce, n, 4);
                } else {
                    head(0xcf, n, 8);
                }
            } else if (n >= Byte.MIN_VALUE) {
                head(0xd0, n, 1);
            } else if (n >= Short.MIN_VALUE) {
                head(0xd1, n, 2);
            } else if (n >= Integer.MIN_VALUE) {
                head(0xd2, n, 4);
            } else {
                head(0xd3, n, 8);
            }
        }

        private void table(int level) throws LuaError {
            room(thread);
            int fields = fields();
            if (fields < 0) {
                int length = -1 - fields;
                aggregate(0x90, 0xdc, length);
                for (int i = 1; i <= length; i++) {
                    Lua.rawGet(thread, -1, i);
                    value(level + 1);
                }
                return;
            }
            aggregate(0x80, 0xde, fields);
            Lua.pushNil(thread);
            while (Lua.next(thread, -2)) {
                Lua.copy(thread, -2);
                value(level + 1);
                value(level + 1);
            }
        }

        private void aggregate(int small, int large, int count) {
            if (count <= 15) {
                out.write(small | count);
            } else if (count <= 0xffff) {
                head(large, count, 2);
            } else {
                head(large + 1, count, 4);
            }
        }

        /** How many fields the table has; {@code -1 - n} when they are exactly the numbers from 1 to n. */
        private int fields() {
            int count = 0;
            double max = 0;
            boolean array = true;
            Lua.pushNil(thread);
            while (Lua.next(thread, -2)) {
                Lua.setTop(thread, -2);
                count++;
                if (Lua.type(thread, -1) == Lua.NUMBER) {
                    double key = Lua.number(thread, -1);
                    array &= key > 0 && key == (int) key;
                    max = Math.max(max, key);
                } else {
                    array = false;
                }
            }
            return array && max == count ? -1 - count : count;
        }
    }

    // ------------------------------------------------------------------ unpacking

    private static int unpack(long thread, String function, long limit, long offset) throws LuaError {
        byte[] data = Arguments.bytes(thread, 1, function);
        boolean all = limit == 0 && offset == 0;
        if (offset < 0 || limit < 0) {
            throw LuaError.at(
                    "Invalid request to unpack with offset of " + offset + " and limit of " + data.length + ".");
        }
        if (offset > data.length) {
            throw LuaError.at("Start offset " + offset + " greater than input length " + data.length + ".");
        }
        Lua.setTop(thread, 1);
        Unpacker unpacker = new Unpacker(thread, data, (int) offset);
        int count = 0;
        while (unpacker.at < data.length && (all || count < limit)) {
            unpacker.value();
            count++;
        }
        if (all) {
            return count;
        }
        room(thread);
        Lua.push(thread, unpacker.at == data.length ? -1 : unpacker.at);
        Lua.insert(thread, 2);
        return count + 1;
    }

    private static final class Unpacker {
        private final long thread;
        private final byte[] data;
        private int at;

        Unpacker(long thread, byte[] data, int at) {
            this.thread = thread;
            this.data = data;
            this.at = at;
        }

        private void need(long bytes) throws LuaError {
            if (data.length - at < bytes) {
                throw LuaError.at("Missing bytes in input.");
            }
        }

        private long unsigned(int bytes) throws LuaError {
            need(bytes);
            long value = 0;
            for (int i = 0; i < bytes; i++) {
                value = value << 8 | data[at++] & 0xff;
            }
            return value;
        }

        private long signed(int bytes) throws LuaError {
            int unused = 64 - 8 * bytes;
            return unsigned(bytes) << unused >> unused;
        }

        /** Reads one value and pushes it. */
        void value() throws LuaError {
            room(thread);
            int type = (int) unsigned(1);
            switch (type) {
                case 0xc0 -> Lua.pushNil(thread);
                case 0xc2 -> Lua.push(thread, false);
                case 0xc3 -> Lua.push(thread, true);
                case 0xca -> Lua.push(thread, (double) Float.intBitsToFloat((int) unsigned(4)));
                case 0xcb -> Lua.push(thread, Double.longBitsToDouble(unsigned(8)));
                case 0xcc, 0xcd, 0xce -> Lua.push(thread, (double) unsigned(1 << type - 0xcc));
                case 0xcf -> {
                    long value = unsigned(8);
                    Lua.push(thread, value >= 0 ? value : (value >>> 1 | value & 1) * 2.0);
                }
                case 0xd0, 0xd1, 0xd2, 0xd3 -> Lua.push(thread, (double) signed(1 << type - 0xd0));
                case 0xd9, 0xda, 0xdb -> string(unsigned(1 << type - 0xd9));
                case 0xdc, 0xdd -> array(unsigned(2 << type - 0xdc));
                case 0xde, 0xdf -> map(unsigned(2 << type - 0xde));
                default -> small(type);
            }
        }

        private void small(int type) throws LuaError {
            if (type < 0x80) {
                Lua.push(thread, type);
            } else if (type >= 0xe0) {
                Lua.push(thread, (byte) type);
            } else if (type < 0x90) {
                map(type & 0xf);
            } else if (type < 0xa0) {
                array(type & 0xf);
            } else if (type < 0xc0) {
                string(type & 0x1f);
            } else {
                throw LuaError.at("Bad data format in input.");
            }
        }

        private void string(long length) throws LuaError {
            need(length);
            Lua.push(thread, data, at, (int) length);
            at += (int) length;
        }

        private void array(long length) throws LuaError {
            Lua.createTable(thread, 0, 0);
            for (int i = 1; i <= length; i++) {
                value();
                Lua.rawSet(thread, -2, i);
            }
        }

        private void map(long pairs) throws LuaError {
            Lua.createTable(thread, 0, 0);
            for (long i = 0; i < pairs; i++) {
                value();
                value();
                int key = Lua.type(thread, -2);
                if (key == Lua.NIL) {
                    throw LuaError.at("table index is nil");
                }
                if (key == Lua.NUMBER && Double.isNaN(Lua.number(thread, -2))) {
                    throw LuaError.at("table index is NaN");
                }
                Lua.rawSet(thread, -3);
            }
        }
    }
}
