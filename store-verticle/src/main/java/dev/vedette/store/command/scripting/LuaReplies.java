package dev.vedette.store.command.scripting;

import dev.vedette.store.lua.Lua;
import dev.vedette.store.session.Doubles;
import dev.vedette.store.session.Replies;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Replies as values of Lua, and values of Lua as replies. */
final class LuaReplies {

    /** Fields of the tables that stand for what Lua has no type for. */
    private static final String ERROR = "err";

    private static final String STATUS = "ok";
    private static final String DOUBLE = "double";
    private static final String BIG_NUMBER = "big_number";
    private static final String VERBATIM = "verbatim_string";
    private static final String MAP = "map";
    private static final String SET = "set";
    /** Field of an error whose first reply has been counted. */
    private static final String COUNTED = "ignore_error_stats_update";

    private LuaReplies() {}

    // ------------------------------------------------------------------ to Lua

    /** Pushes the table that stands for an error, with its code, that has been counted. */
    static void pushError(long thread, String text) {
        Lua.createTable(thread, 0, 2);
        Lua.push(thread, text);
        Lua.setField(thread, -2, ERROR);
        Lua.push(thread, true);
        Lua.setField(thread, -2, COUNTED);
    }

    /** Pushes the table that stands for an error of the script itself. */
    static void pushOwnError(long thread, String text) {
        Lua.createTable(thread, 0, 1);
        Lua.push(thread, text);
        Lua.setField(thread, -2, ERROR);
    }

    /** An error as scripts see it: always with a code. */
    static String withCode(String text) {
        String bare = text.startsWith("-") ? text.substring(1) : text;
        String line = bare.replaceAll("^[\r\n]+|[\r\n]+$", "");
        return text.startsWith("-") && bare.indexOf(' ') >= 0 ? line : "ERR " + line;
    }

    /** Pushes the one reply that a buffer holds. */
    static void push(long thread, byte[] resp, int length) {
        new Reader(thread, resp, length).value();
    }

    /** Reads RESP that this server has written, so that nothing in it is wrong. */
    private static final class Reader {
        private final long thread;
        private final byte[] resp;
        private final int end;
        private int at;

        Reader(long thread, byte[] resp, int length) {
            this.thread = thread;
            this.resp = resp;
            this.end = length;
        }

        void value() {
            if (!Lua.hasRoom(thread, 6)) {
                throw new IllegalStateException("no room for a reply on the stack of Lua");
            }
            char type = (char) resp[at++];
            switch (type) {
                case '+' -> tagged(STATUS);
                case '-' -> pushError(thread, withCode("-" + line()));
                case ':' -> Lua.push(thread, (double) number());
                case '$' -> bulk();
                case '*', '>' -> array();
                case '_' -> {
                    line();
                    Lua.pushNil(thread);
                }
                case '#' -> Lua.push(thread, line().equals("t"));
                case ',' -> {
                    Lua.createTable(thread, 0, 1);
                    Lua.push(thread, real(line()));
                    Lua.setField(thread, -2, DOUBLE);
                }
                case '(' -> tagged(BIG_NUMBER);
                case '=' -> verbatim();
                case '%' -> map();
                case '~' -> set();
                case '|' -> attribute();
                default -> throw new IllegalStateException("not a reply: " + type);
            }
        }

        private int lineEnd() {
            int cr = at;
            while (resp[cr] != '\r' && cr < end) {
                cr++;
            }
            return cr;
        }

        private String line() {
            int cr = lineEnd();
            String text = new String(resp, at, cr - at, StandardCharsets.ISO_8859_1);
            at = cr + 2;
            return text;
        }

        private long number() {
            int cr = lineEnd();
            boolean negative = resp[at] == '-';
            long value = 0;
            for (int i = negative ? at + 1 : at; i < cr; i++) {
                value = value * 10 + resp[i] - '0';
            }
            at = cr + 2;
            return negative ? -value : value;
        }

        private static double real(String text) {
            byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
            return Doubles.parse(bytes, 0, bytes.length);
        }

        private void tagged(String field) {
            int cr = lineEnd();
            Lua.createTable(thread, 0, 1);
            Lua.push(thread, resp, at, cr - at);
            Lua.setField(thread, -2, field);
            at = cr + 2;
        }

        private void bulk() {
            int length = (int) number();
            if (length < 0) {
                Lua.push(thread, false);
                return;
            }
            Lua.push(thread, resp, at, length);
            at += length + 2;
        }

        private void array() {
            int count = (int) number();
            if (count < 0) {
                Lua.push(thread, false);
                return;
            }
            Lua.createTable(thread, count, 0);
            for (int i = 1; i <= count; i++) {
                value();
                Lua.rawSet(thread, -2, i);
            }
        }

        private void verbatim() {
            int length = (int) number();
            Lua.createTable(thread, 0, 1);
            Lua.createTable(thread, 0, 2);
            Lua.push(thread, resp, at + 4, length - 4);
            Lua.setField(thread, -2, "string");
            Lua.push(thread, resp, at, 3);
            Lua.setField(thread, -2, "format");
            Lua.setField(thread, -2, VERBATIM);
            at += length + 2;
        }

        private void map() {
            int pairs = (int) number();
            Lua.createTable(thread, 0, 1);
            Lua.createTable(thread, 0, pairs);
            for (int i = 0; i < pairs; i++) {
                value();
                value();
                put();
            }
            Lua.setField(thread, -2, MAP);
        }

        private void set() {
            int count = (int) number();
            Lua.createTable(thread, 0, 1);
            Lua.createTable(thread, 0, count);
            for (int i = 0; i < count; i++) {
                value();
                Lua.push(thread, true);
                put();
            }
            Lua.setField(thread, -2, SET);
        }

        /** Puts key and value on top into the table below them; nil is no key. */
        private void put() {
            if (Lua.type(thread, -2) == Lua.NIL) {
                Lua.setTop(thread, -3);
            } else {
                Lua.rawSet(thread, -3);
            }
        }

        /** Scripts do not see attributes, only the reply that follows. */
        private void attribute() {
            int pairs = (int) number();
            for (int i = 0; i < 2 * pairs; i++) {
                value();
                Lua.setTop(thread, -2);
            }
            value();
        }
    }

    // ------------------------------------------------------------------ from Lua

    /** Writes the value on top of the thread's stack as a reply, and takes it off. */
    static void write(long thread, Replies out, int scriptProtocol) {
        new Writer(thread, out, scriptProtocol).write();
    }

    /** Goes through tables within tables without recursion: how deep they are is for the script to say. */
    private static final class Writer {
        private enum Kind {
            ARRAY,
            MAP,
            MAP_VALUE,
            SET
        }

        private final long thread;
        private final Replies out;
        private final int scriptProtocol;

        private Kind[] kinds = new Kind[8];
        private int[] marks = new int[8];
        private int[] counts = new int[8];
        private int depth;

        Writer(long thread, Replies out, int scriptProtocol) {
            this.thread = thread;
            this.out = out;
            this.scriptProtocol = scriptProtocol;
        }

        void write() {
            value();
            while (depth > 0) {
                step(depth - 1);
            }
        }

        private void pop(int values) {
            Lua.setTop(thread, -1 - values);
        }

        private void step(int level) {
            switch (kinds[level]) {
                case ARRAY -> {
                    Lua.rawGet(thread, -1, counts[level] + 1);
                    if (Lua.type(thread, -1) == Lua.NIL) {
                        out.closeArray(marks[level], counts[level]);
                        close(2);
                    } else {
                        counts[level]++;
                        value();
                    }
                }
                case MAP -> {
                    if (Lua.next(thread, -2)) {
                        kinds[level] = Kind.MAP_VALUE;
                        Lua.copy(thread, -2);
                        value();
                    } else {
                        out.closeMap(marks[level], counts[level]);
                        close(1);
                    }
                }
                case MAP_VALUE -> {
                    kinds[level] = Kind.MAP;
                    counts[level]++;
                    value();
                }
                case SET -> {
                    if (Lua.next(thread, -2)) {
                        pop(1);
                        counts[level]++;
                        Lua.copy(thread, -1);
                        value();
                    } else {
                        out.closeSet(marks[level], counts[level]);
                        close(1);
                    }
                }
            }
        }

        private void close(int values) {
            depth--;
            pop(values);
        }

        private void open(Kind kind) {
            if (depth == kinds.length) {
                kinds = Arrays.copyOf(kinds, depth * 2);
                marks = Arrays.copyOf(marks, depth * 2);
                counts = Arrays.copyOf(counts, depth * 2);
            }
            kinds[depth] = kind;
            marks[depth] = out.open();
            counts[depth++] = 0;
        }

        /** Takes the value on top off, or leaves a table there as the innermost that is open. */
        private void value() {
            if (!Lua.hasRoom(thread, 5)) {
                out.error("ERR reached lua stack limit");
                pop(1);
                return;
            }
            switch (Lua.type(thread, -1)) {
                case Lua.STRING -> out.bulk(text());
                case Lua.NUMBER -> out.integer(integer(Lua.number(thread, -1)));
                case Lua.BOOLEAN -> truth(Lua.isTrue(thread, -1));
                case Lua.TABLE -> {
                    table();
                    return;
                }
                default -> out.nil();
            }
            pop(1);
        }

        private byte[] text() {
            return Arguments.string(thread, -1);
        }

        /** As a C compiler's conversion on today's machines has it. */
        private static long integer(double number) {
            long value = (long) number;
            return Double.isNaN(number) || value == Long.MAX_VALUE ? Long.MIN_VALUE : value;
        }

        private void truth(boolean value) {
            if (scriptProtocol == 3) {
                out.bool(value);
            } else if (value) {
                out.integer(1);
            } else {
                out.nil();
            }
        }

        /** Pushes a field of the table on top, if it is of that type. */
        private boolean field(String name, int type) {
            Lua.getField(thread, -1, name);
            if (Lua.type(thread, -1) == type) {
                return true;
            }
            pop(1);
            return false;
        }

        private void table() {
            if (field(ERROR, Lua.STRING)) {
                String text = new String(text(), StandardCharsets.ISO_8859_1);
                pop(1);
                boolean counted = field(COUNTED, Lua.BOOLEAN);
                out.error(text, counted && Lua.isTrue(thread, -1));
                pop(counted ? 2 : 1);
            } else if (field(STATUS, Lua.STRING)) {
                line('+');
                pop(2);
            } else if (field(DOUBLE, Lua.NUMBER)) {
                out.dbl(Lua.number(thread, -1));
                pop(2);
            } else if (field(BIG_NUMBER, Lua.STRING)) {
                if (out.protocol() == 3) {
                    line('(');
                } else {
                    out.bulk(oneLine(text()));
                }
                pop(2);
            } else if (!verbatim()) {
                aggregate();
            }
        }

        private static byte[] oneLine(byte[] text) {
            for (int i = 0; i < text.length; i++) {
                if (text[i] == '\r' || text[i] == '\n') {
                    text[i] = ' ';
                }
            }
            return text;
        }

        private void line(char sign) {
            byte[] text = oneLine(text());
            byte[] line = new byte[text.length + 3];
            line[0] = (byte) sign;
            System.arraycopy(text, 0, line, 1, text.length);
            line[line.length - 2] = '\r';
            line[line.length - 1] = '\n';
            out.raw(line, 0, line.length);
        }

        private boolean verbatim() {
            if (!field(VERBATIM, Lua.TABLE)) {
                return false;
            }
            if (field("format", Lua.STRING)) {
                String format = new String(text(), StandardCharsets.ISO_8859_1) + "   ";
                pop(1);
                if (field("string", Lua.STRING)) {
                    out.verbatim(format.substring(0, 3), text());
                    pop(3);
                    return true;
                }
            }
            pop(1);
            return false;
        }

        private void aggregate() {
            if (field(MAP, Lua.TABLE)) {
                Lua.remove(thread, -2);
                Lua.pushNil(thread);
                open(Kind.MAP);
            } else if (field(SET, Lua.TABLE)) {
                Lua.remove(thread, -2);
                Lua.pushNil(thread);
                open(Kind.SET);
            } else {
                open(Kind.ARRAY);
            }
        }
    }
}
