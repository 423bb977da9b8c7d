package dev.vedette.store.command.scripting;

import dev.vedette.store.lua.Lua;
import dev.vedette.store.lua.LuaError;
import dev.vedette.store.lua.LuaState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The table {@code cjson} that scripts find: values as JSON, with settings that last as long as the state. */
final class JsonLibrary {

    private static final String[] OFF_ON = {"off", "on"};
    private static final String[] INVALID = {"off", "on", "null"};
    private static final int PRECISION_MAX = 14;

    /** The settings of one such table; {@code cjson.new()} makes another. */
    static final class Settings {
        boolean sparseBecomesObject;
        int sparseRatio = 2;
        int sparseSafe = 10;
        int encodeDepthMax = 1000;
        int decodeDepthMax = 1000;
        int precision = PRECISION_MAX;
        boolean keepBuffer = true;
        /** 0: an error; 1: as they are; 2: null. */
        int invalidEncoded;

        boolean invalidDecoded = true;
    }

    /** A function of such a table. */
    private interface Function {
        int call(long caller, Settings settings) throws LuaError;
    }

    private final LuaState state;
    /** The functions by name, for C. They find their table's settings by the number that they were made with. */
    private final Map<String, Long> functions = new LinkedHashMap<>();

    private final List<Settings> tables = new ArrayList<>();

    JsonLibrary(LuaState state) {
        this.state = state;
        function("encode", JsonLibrary::encode);
        function("decode", JsonLibrary::decode);
        function("encode_sparse_array", JsonLibrary::sparseArray);
        function("encode_max_depth", (caller, settings) -> {
            settings.encodeDepthMax = depth(caller, "encode_max_depth", settings.encodeDepthMax);
            return 1;
        });
        function("decode_max_depth", (caller, settings) -> {
            settings.decodeDepthMax = depth(caller, "decode_max_depth", settings.decodeDepthMax);
            return 1;
        });
        function("encode_number_precision", (caller, settings) -> {
            settings.precision = integer(caller, 1, 1, "encode_number_precision", settings.precision, 1, PRECISION_MAX);
            return 1;
        });
        function("encode_keep_buffer", (caller, settings) -> {
            settings.keepBuffer = truth(caller, 1, "encode_keep_buffer", settings.keepBuffer);
            return 1;
        });
        function("encode_invalid_numbers", (caller, settings) -> {
            settings.invalidEncoded = choice(caller, 1, "encode_invalid_numbers", settings.invalidEncoded, INVALID);
            return 1;
        });
        function("decode_invalid_numbers", (caller, settings) -> {
            settings.invalidDecoded = truth(caller, 1, "decode_invalid_numbers", settings.invalidDecoded);
            return 1;
        });
        function("new", (caller, settings) -> {
            if (!Lua.hasRoom(caller, 4)) {
                throw LuaError.at("stack overflow");
            }
            push(caller);
            return 1;
        });
    }

    private void function(String name, Function function) {
        functions.put(
                name,
                state.callback(caller ->
                        function.call(caller, tables.get((int) Lua.number(caller, Lua.FIRST_UPVALUE)))));
    }

    /** Puts the global variable. */
    void define() {
        push(state.main());
        Lua.setField(state.main(), Lua.GLOBALS, "cjson");
    }

    private void push(long thread) {
        int number = tables.size();
        tables.add(new Settings());
        Lua.createTable(thread, 0, 16);
        functions.forEach((name, address) -> {
            Lua.push(thread, number);
            Lua.pushClosure(thread, address, 1);
            Lua.setField(thread, -2, name);
        });
        Lua.pushAddress(thread, 0);
        Lua.setField(thread, -2, "null");
        Lua.push(thread, "cjson");
        Lua.setField(thread, -2, "_NAME");
        Lua.push(thread, "2.1.0");
        Lua.setField(thread, -2, "_VERSION");
    }

    // ------------------------------------------------------------------ settings

    private static boolean isGiven(long thread, int argument, int argumentsMax, String function) throws LuaError {
        if (Lua.top(thread) > argumentsMax && argument == 1) {
            throw LuaError.argument(argumentsMax + 1, function, "found too many arguments");
        }
        return Lua.top(thread) >= argument && Lua.type(thread, argument) != Lua.NIL;
    }

    private static int depth(long thread, String function, int present) throws LuaError {
        return integer(thread, 1, 1, function, present, 1, Integer.MAX_VALUE);
    }

    private static int integer(
            long thread, int argument, int argumentsMax, String function, int present, int min, int max)
            throws LuaError {
        int value = present;
        if (isGiven(thread, argument, argumentsMax, function)) {
            value = Arguments.integer(thread, argument, function);
            if (value < min || value > max) {
                throw LuaError.argument(1, function, "expected integer between " + min + " and " + max);
            }
        }
        Lua.push(thread, value);
        return value;
    }

    private static int choice(long thread, int argumentsMax, String function, int present, String[] choices)
            throws LuaError {
        int value = present;
        if (isGiven(thread, 1, argumentsMax, function)) {
            value = Lua.type(thread, 1) == Lua.BOOLEAN
                    ? (Lua.isTrue(thread, 1) ? 1 : 0)
                    : option(thread, 1, function, choices);
        }
        if (value < 2) {
            Lua.push(thread, value == 1);
        } else {
            Lua.push(thread, choices[value]);
        }
        return value;
    }

    private static int option(long thread, int argument, String function, String[] choices) throws LuaError {
        String word = new String(Arguments.bytes(thread, argument, function), StandardCharsets.ISO_8859_1);
        for (int i = 0; i < choices.length; i++) {
            if (choices[i].equals(word)) {
                return i;
            }
        }
        throw LuaError.argument(argument, function, "invalid option '" + word + "'");
    }

    private static boolean truth(long thread, int argumentsMax, String function, boolean present) throws LuaError {
        return choice(thread, argumentsMax, function, present ? 1 : 0, OFF_ON) == 1;
    }

    private static int sparseArray(long thread, Settings settings) throws LuaError {
        String name = "encode_sparse_array";
        if (Lua.top(thread) > 3) {
            throw LuaError.argument(4, name, "found too many arguments");
        }
        while (Lua.top(thread) < 3) {
            Lua.pushNil(thread);
        }
        settings.sparseBecomesObject = truth(thread, Integer.MAX_VALUE, name, settings.sparseBecomesObject);
        settings.sparseRatio = integer(thread, 2, Integer.MAX_VALUE, name, settings.sparseRatio, 0, Integer.MAX_VALUE);
        settings.sparseSafe = integer(thread, 3, Integer.MAX_VALUE, name, settings.sparseSafe, 0, Integer.MAX_VALUE);
        return 3;
    }

    // ------------------------------------------------------------------ encoding

    private static int encode(long thread, Settings settings) throws LuaError {
        if (Lua.top(thread) != 1) {
            throw LuaError.argument(1, "encode", "expected 1 argument");
        }
        Encoder encoder = new Encoder(thread, settings);
        encoder.value(0);
        Lua.push(thread, encoder.buffer, 0, encoder.length);
        return 1;
    }

    private static final class Encoder {
        private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

        private final long thread;
        private final Settings settings;
        private byte[] buffer = new byte[256];
        private int length;

        Encoder(long thread, Settings settings) {
            this.thread = thread;
            this.settings = settings;
        }

        private void room(long more) {
            if (buffer.length - length < more) {
                buffer = Arrays.copyOf(buffer, Math.toIntExact(Math.max(buffer.length * 2L, length + more)));
            }
        }

        private void add(char c) {
            room(1);
            buffer[length++] = (byte) c;
        }

        private void add(String text) {
            room(text.length());
            for (int i = 0; i < text.length(); i++) {
                buffer[length++] = (byte) text.charAt(i);
            }
        }

        private LuaError cannot(int index, String why) {
            String kind = switch (Lua.type(thread, index)) {
                case Lua.NIL -> "nil";
                case Lua.BOOLEAN -> "boolean";
                case Lua.NUMBER -> "number";
                case Lua.STRING -> "string";
                case Lua.TABLE -> "table";
                case Lua.FUNCTION -> "function";
                case 8 -> "thread";
                default -> "userdata";
            };
            return LuaError.at("Cannot serialise " + kind + ": " + why);
        }

        /** Appends the value on top, which stays there. */
        void value(int depth) throws LuaError {
            switch (Lua.type(thread, -1)) {
                case Lua.STRING -> string(-1);
                case Lua.NUMBER -> number(-1);
                case Lua.BOOLEAN -> add(Lua.isTrue(thread, -1) ? "true" : "false");
                case Lua.TABLE -> table(depth + 1);
                case Lua.NIL -> add("null");
                case Lua.ADDRESS -> {
                    if (Lua.address(thread, -1) != 0) {
                        throw cannot(-1, "type not supported");
                    }
                    add("null");
                }
                default -> throw cannot(-1, "type not supported");
            }
        }

        private void string(int index) {
            byte[] text = Arguments.string(thread, index);
            room(text.length * 6L + 2);
            byte[] to = buffer;
            int at = length;
            to[at++] = '"';
            for (byte b : text) {
                char escape = escape(b);
                if (escape == 0) {
                    to[at++] = b;
                } else {
                    to[at++] = '\\';
                    to[at++] = (byte) escape;
                    if (escape == 'u') {
                        to[at++] = '0';
                        to[at++] = '0';
                        to[at++] = HEX[b >> 4];
                        to[at++] = HEX[b & 0xf];
                    }
                }
            }
            to[at++] = '"';
            length = at;
        }

        private static char escape(byte b) {
            return switch (b) {
                case '"', '\\', '/' -> (char) b;
                case '\b' -> 'b';
                case '\t' -> 't';
                case '\n' -> 'n';
                case '\f' -> 'f';
                case '\r' -> 'r';
                case 127 -> 'u';
                default -> b >= 0 && b < ' ' ? 'u' : 0;
            };
        }

        private void number(int index) throws LuaError {
            double number = Lua.number(thread, index);
            if (Double.isNaN(number) || Double.isInfinite(number)) {
                switch (settings.invalidEncoded) {
                    case 0 -> throw cannot(index, "must not be NaN or Inf");
                    case 1 -> add(Double.isNaN(number) ? "nan" : number > 0 ? "inf" : "-inf");
                    default -> add("null");
                }
                return;
            }
            add(NumberText.of(number, settings.precision));
        }

        private void table(int depth) throws LuaError {
            if (depth > settings.encodeDepthMax || !Lua.hasRoom(thread, 4)) {
                throw LuaError.at("Cannot serialise, excessive nesting (" + depth + ")");
            }
            int elements = arrayLength();
            if (elements > 0) {
                add('[');
                for (int i = 1; i <= elements; i++) {
                    if (i > 1) {
                        add(',');
                    }
                    Lua.rawGet(thread, -1, i);
                    value(depth);
                    Lua.setTop(thread, -2);
                }
                add(']');
            } else {
                object(depth);
            }
        }

        private void object(int depth) throws LuaError {
            add('{');
            boolean first = true;
            Lua.pushNil(thread);
            while (Lua.next(thread, -2)) {
                if (!first) {
                    add(',');
                }
                first = false;
                switch (Lua.type(thread, -2)) {
                    case Lua.NUMBER -> {
                        add('"');
                        number(-2);
                        add("\":");
                    }
                    case Lua.STRING -> {
                        string(-2);
                        add(':');
                    }
                    default -> throw cannot(-2, "table key must be a number or string");
                }
                value(depth);
                Lua.setTop(thread, -2);
            }
            add('}');
        }

        /** The largest index when all keys are positive integers, lying close enough; else something else. */
        private int arrayLength() throws LuaError {
            double max = 0;
            long items = 0;
            Lua.pushNil(thread);
            while (Lua.next(thread, -2)) {
                double key = Lua.type(thread, -2) == Lua.NUMBER ? Lua.number(thread, -2) : 0;
                Lua.setTop(thread, -2);
                if (key < 1 || Math.floor(key) != key) {
                    Lua.setTop(thread, -2);
                    return -1;
                }
                max = Math.max(max, key);
                items++;
            }
            if (settings.sparseRatio > 0 && max > items * (double) settings.sparseRatio && max > settings.sparseSafe) {
                if (!settings.sparseBecomesObject) {
                    throw cannot(-1, "excessively sparse array");
                }
                return -1;
            }
            return (int) max;
        }
    }

    // ------------------------------------------------------------------ decoding

    private static int decode(long thread, Settings settings) throws LuaError {
        if (Lua.top(thread) != 1) {
            throw LuaError.argument(1, "decode", "expected 1 argument");
        }
        byte[] data = Arguments.bytes(thread, 1, "decode");
        if (data.length >= 2 && (data[0] == 0 || data[1] == 0)) {
            throw LuaError.at("JSON parser does not support UTF-16 or UTF-32");
        }
        Decoder decoder = new Decoder(thread, settings, data);
        decoder.next();
        decoder.value();
        decoder.next();
        decoder.expect(Token.T_END, "the end");
        return 1;
    }

    /** Kinds of tokens; messages show their names. */
    private enum Token {
        T_OBJ_BEGIN,
        T_OBJ_END,
        T_ARR_BEGIN,
        T_ARR_END,
        T_STRING,
        T_NUMBER,
        T_BOOLEAN,
        T_NULL,
        T_COLON,
        T_COMMA,
        T_END,
        T_ERROR
    }

    private static final class Decoder {
        private final long thread;
        private final Settings settings;
        private final byte[] data;
        private int at;
        private int depth;

        private Token token = Token.T_END;
        /** Where the token begins, or where it went wrong. */
        private int place;

        private String wrong = "";
        private double number;
        private boolean truth;
        private byte[] text = new byte[64];
        private int textLength;

        Decoder(long thread, Settings settings, byte[] data) {
            this.thread = thread;
            this.settings = settings;
            this.data = data;
        }

        private int byteAt(int index) {
            return index < data.length ? data[index] & 0xff : 0;
        }

        // -------------------------------------------------------------- tokens

        void next() {
            int c = byteAt(at);
            while (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
                c = byteAt(++at);
            }
            place = at;
            switch (c) {
                case 0 -> token = Token.T_END;
                case '{' -> single(Token.T_OBJ_BEGIN);
                case '}' -> single(Token.T_OBJ_END);
                case '[' -> single(Token.T_ARR_BEGIN);
                case ']' -> single(Token.T_ARR_END);
                case ',' -> single(Token.T_COMMA);
                case ':' -> single(Token.T_COLON);
                case '"' -> string();
                default -> word(c);
            }
        }

        private void single(Token kind) {
            token = kind;
            at++;
        }

        private void fail(String what) {
            token = Token.T_ERROR;
            place = at;
            wrong = what;
        }

        private void word(int c) {
            if (c == '-' || c >= '0' && c <= '9') {
                if (!settings.invalidDecoded && isInvalidNumber()) {
                    fail("invalid number");
                } else {
                    number();
                }
            } else if (isNext("true")) {
                truth(true, 4);
            } else if (isNext("false")) {
                truth(false, 5);
            } else if (isNext("null")) {
                token = Token.T_NULL;
                at += 4;
            } else if (settings.invalidDecoded && "iInN+".indexOf(c) >= 0 && isInvalidNumber()) {
                number();
            } else {
                fail("invalid token");
            }
        }

        private void truth(boolean value, int length) {
            token = Token.T_BOOLEAN;
            truth = value;
            at += length;
        }

        private boolean isNext(String word) {
            for (int i = 0; i < word.length(); i++) {
                if (byteAt(at + i) != word.charAt(i)) {
                    return false;
                }
            }
            return true;
        }

        private boolean isNextInAnyCase(int from, String word) {
            for (int i = 0; i < word.length(); i++) {
                if (Character.toLowerCase(byteAt(from + i)) != word.charAt(i)) {
                    return false;
                }
            }
            return true;
        }

        /** Whether what C reads as a number is none in JSON. */
        private boolean isInvalidNumber() {
            int from = at;
            if (byteAt(from) == '+') {
                return true;
            }
            if (byteAt(from) == '-') {
                from++;
            }
            int first = byteAt(from);
            if (first == '0') {
                int second = byteAt(from + 1);
                return (second | 0x20) == 'x' || second >= '0' && second <= '9';
            }
            return first > '9' && (isNextInAnyCase(from, "inf") || isNextInAnyCase(from, "nan"));
        }

        private void number() {
            int end = numberEnd();
            if (end == at) {
                fail("invalid number");
                return;
            }
            String digits = new String(data, at, end - at, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
            token = Token.T_NUMBER;
            number = parse(digits);
            at = end;
        }

        private static double parse(String digits) {
            int sign = digits.charAt(0) == '-' || digits.charAt(0) == '+' ? 1 : 0;
            if (digits.startsWith("inf", sign)) {
                return digits.charAt(0) == '-' ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
            }
            if (digits.startsWith("nan", sign)) {
                return Double.NaN;
            }
            boolean hex = digits.startsWith("0x", sign);
            return Double.parseDouble(hex && digits.indexOf('p') < 0 ? digits + "p0" : digits);
        }

        /** Where the number that begins here ends, as C's strtod sees it; here when there is none. */
        private int numberEnd() {
            int from = byteAt(at) == '-' || byteAt(at) == '+' ? at + 1 : at;
            if (isNextInAnyCase(from, "infinity")) {
                return from + 8;
            }
            if (isNextInAnyCase(from, "inf") || isNextInAnyCase(from, "nan")) {
                return from + 3;
            }
            boolean hex = byteAt(from) == '0' && (byteAt(from + 1) | 0x20) == 'x';
            int start = hex ? from + 2 : from;
            int whole = digits(start, hex);
            int end = whole;
            if (byteAt(end) == '.') {
                end = digits(end + 1, hex);
            }
            boolean any = whole > start || end > whole + 1;
            if (!any) {
                return hex ? from + 1 : at;
            }
            if ((byteAt(end) | 0x20) == (hex ? 'p' : 'e')) {
                int exponent = byteAt(end + 1) == '-' || byteAt(end + 1) == '+' ? end + 2 : end + 1;
                int exponentEnd = digits(exponent, false);
                if (exponentEnd > exponent) {
                    end = exponentEnd;
                }
            }
            return end;
        }

        private int digits(int from, boolean hex) {
            int to = from;
            while (Character.digit(byteAt(to), hex ? 16 : 10) >= 0) {
                to++;
            }
            return to;
        }

        private void add(int b) {
            if (textLength == text.length) {
                text = Arrays.copyOf(text, textLength * 2);
            }
            text[textLength++] = (byte) b;
        }

        private void string() {
            at++;
            textLength = 0;
            for (int c = byteAt(at); c != '"'; c = byteAt(at)) {
                if (c == 0) {
                    fail("unexpected end of string");
                    return;
                }
                if (c == '\\') {
                    c = byteAt(at + 1);
                    if (c == 'u') {
                        if (!codePoint()) {
                            fail("invalid unicode escape code");
                            return;
                        }
                        continue;
                    }
                    c = escaped(c);
                    if (c == 0) {
                        fail("invalid escape code");
                        return;
                    }
                    at++;
                }
                add(c);
                at++;
            }
            at++;
            token = Token.T_STRING;
        }

        private static int escaped(int c) {
            return switch (c) {
                case '"', '\\', '/' -> c;
                case 'b' -> '\b';
                case 't' -> '\t';
                case 'n' -> '\n';
                case 'f' -> '\f';
                case 'r' -> '\r';
                default -> 0;
            };
        }

        private int hex4(int from) {
            int value = 0;
            for (int i = 0; i < 4; i++) {
                int digit = Character.digit(byteAt(from + i), 16);
                if (digit < 0) {
                    return -1;
                }
                value = value << 4 | digit;
            }
            return value;
        }

        /** Reads the escape of a character here, of two halves perhaps; false when it is none. */
        private boolean codePoint() {
            int unit = hex4(at + 2);
            if (unit < 0) {
                return false;
            }
            int point = unit;
            int length = 6;
            if (Character.isSurrogate((char) unit)) {
                int low = hex4(at + 8);
                if (!Character.isHighSurrogate((char) unit)
                        || byteAt(at + 6) != '\\'
                        || byteAt(at + 7) != 'u'
                        || low < 0
                        || !Character.isLowSurrogate((char) low)) {
                    return false;
                }
                point = Character.toCodePoint((char) unit, (char) low);
                length = 12;
            }
            for (byte b : Character.toString(point).getBytes(StandardCharsets.UTF_8)) {
                add(b);
            }
            at += length;
            return true;
        }

        // -------------------------------------------------------------- values

        private LuaError expected(String what) {
            String found = token == Token.T_ERROR ? wrong : token.name();
            return LuaError.at("Expected " + what + " but found " + found + " at character " + (place + 1));
        }

        void expect(Token kind, String what) throws LuaError {
            if (token != kind) {
                throw expected(what);
            }
        }

        private void descend() throws LuaError {
            depth++;
            if (depth > settings.decodeDepthMax || !Lua.hasRoom(thread, 4)) {
                throw LuaError.at("Found too many nested data structures (" + depth + ") at character " + at);
            }
        }

        /** Pushes the value that begins with the present token. */
        void value() throws LuaError {
            switch (token) {
                case T_STRING -> Lua.push(thread, text, 0, textLength);
                case T_NUMBER -> Lua.push(thread, number);
                case T_BOOLEAN -> Lua.push(thread, truth);
                case T_NULL -> Lua.pushAddress(thread, 0);
                case T_OBJ_BEGIN -> object();
                case T_ARR_BEGIN -> array();
                case T_OBJ_END, T_ARR_END, T_COLON, T_COMMA, T_END, T_ERROR -> throw expected("value");
            }
        }

        private void object() throws LuaError {
            descend();
            Lua.createTable(thread, 0, 0);
            next();
            while (token != Token.T_OBJ_END) {
                expect(Token.T_STRING, "object key string");
                Lua.push(thread, text, 0, textLength);
                next();
                expect(Token.T_COLON, "colon");
                next();
                value();
                Lua.rawSet(thread, -3);
                next();
                if (token != Token.T_OBJ_END) {
                    expect(Token.T_COMMA, "comma or object end");
                    next();
                    expect(Token.T_STRING, "object key string");
                }
            }
            depth--;
        }

        private void array() throws LuaError {
            descend();
            Lua.createTable(thread, 0, 0);
            next();
            for (int i = 1; token != Token.T_ARR_END; i++) {
                value();
                Lua.rawSet(thread, -2, i);
                next();
                if (token != Token.T_ARR_END) {
                    expect(Token.T_COMMA, "comma or array end");
                    next();
                    if (token == Token.T_ARR_END) {
                        throw expected("value");
                    }
                }
            }
            depth--;
        }
    }
}
