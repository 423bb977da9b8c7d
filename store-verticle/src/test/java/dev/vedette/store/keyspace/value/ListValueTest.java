package dev.vedette.store.keyspace.value;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** A list does what a {@code java.util.List} does, whatever the sizes of its chunks and elements. */
class ListValueTest {

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String element(Random random) {
        int length = switch (random.nextInt(12)) {
            case 0 -> 254 + random.nextInt(3);
            case 1 -> 3000 + random.nextInt(3000);
            case 2 -> 0;
            default -> 1 + random.nextInt(8);
        };
        // Few distinct texts, so that removals and pivots hit.
        char c = (char) ('a' + random.nextInt(3));
        return String.valueOf(c).repeat(length);
    }

    private static List<String> forward(ListValue list, long from) {
        List<String> all = new ArrayList<>();
        ListValue.Cursor cursor = list.forward(from);
        while (cursor.next()) {
            all.add(new String(cursor.array(), cursor.offset(), cursor.length(), StandardCharsets.ISO_8859_1));
        }
        return all;
    }

    private static List<String> backward(ListValue list, long from) {
        List<String> all = new ArrayList<>();
        ListValue.Cursor cursor = list.backward(from);
        while (cursor.next()) {
            all.add(new String(cursor.array(), cursor.offset(), cursor.length(), StandardCharsets.ISO_8859_1));
        }
        return all;
    }

    private static void assertSame(List<String> model, ListValue list) {
        assertEquals(model.size(), list.size());
        assertEquals(model, forward(list, 0));
        List<String> reversed = new ArrayList<>(model);
        Collections.reverse(reversed);
        assertEquals(reversed, backward(list, model.size() - 1));
        if (!model.isEmpty()) {
            assertEquals(
                    model.get(0),
                    new String(list.firstArray(), list.firstOffset(), list.firstLength(), StandardCharsets.ISO_8859_1));
            assertEquals(
                    model.get(model.size() - 1),
                    new String(list.lastArray(), list.lastOffset(), list.lastLength(), StandardCharsets.ISO_8859_1));
        }
    }

    private static int removeEqual(List<String> model, String text, int max, boolean fromTail) {
        int removed = 0;
        while (removed < max) {
            int at = fromTail ? model.lastIndexOf(text) : model.indexOf(text);
            if (at < 0) {
                break;
            }
            model.remove(at);
            removed++;
        }
        return removed;
    }

    @Property(tries = 300)
    void behavesAsAList(@ForAll long seed, @ForAll @IntRange(min = -5, max = 12) int limit) {
        Random random = new Random(seed);
        ListValue list = new ListValue(limit);
        List<String> model = new ArrayList<>();
        ListValue copy = list.copy();
        List<String> copyModel = List.of();
        int steps = 20 + random.nextInt(600);
        int pushBias = 4 + random.nextInt(12);
        for (int step = 0; step < steps; step++) {
            String text = element(random);
            byte[] padded = bytes("xx" + text + "y");
            int length = text.length();
            int action = random.nextInt(pushBias + 12);
            if (action >= 12) {
                if (random.nextBoolean()) {
                    list.pushFirst(padded, 2, length);
                    model.add(0, text);
                } else {
                    list.pushLast(padded, 2, length);
                    model.add(text);
                }
                continue;
            }
            if (model.isEmpty()) {
                continue;
            }
            int index = random.nextInt(model.size());
            switch (action) {
                case 0, 1 -> {
                    list.removeFirst(1);
                    model.remove(0);
                }
                case 2, 3 -> {
                    list.removeLast(1);
                    model.remove(model.size() - 1);
                }
                case 4 -> {
                    list.set(index, padded, 2, length);
                    model.set(index, text);
                }
                case 5, 6 -> {
                    String pivot = element(random);
                    boolean before = random.nextBoolean();
                    int at = model.indexOf(pivot);
                    assertEquals(at >= 0, list.insert(before, bytes(pivot), 0, pivot.length(), padded, 2, length));
                    if (at >= 0) {
                        model.add(before ? at : at + 1, text);
                    }
                }
                case 7 -> {
                    int max = 1 + random.nextInt(4);
                    boolean fromTail = random.nextBoolean();
                    assertEquals(
                            removeEqual(model, text, max, fromTail),
                            list.removeEqual(padded, 2, length, max, fromTail));
                }
                case 8 -> {
                    int some = random.nextInt(4) == 0 ? random.nextInt(model.size() + 1) : random.nextInt(3);
                    int elements = Math.min(some, model.size());
                    if (random.nextBoolean()) {
                        list.removeFirst(some);
                        model.subList(0, elements).clear();
                    } else {
                        list.removeLast(some);
                        model.subList(model.size() - elements, model.size()).clear();
                    }
                }
                case 9 -> {
                    assertEquals(model.subList(index, model.size()), forward(list, index));
                    List<String> front = new ArrayList<>(model.subList(0, index + 1));
                    Collections.reverse(front);
                    assertEquals(front, backward(list, index));
                }
                case 10 -> {
                    assertSame(copyModel, copy);
                    copy = list.copy();
                    copyModel = List.copyOf(model);
                }
                default -> list.compact();
            }
        }
        assertSame(model, list);
        assertSame(copyModel, copy);
    }

    /** A queue of steady length neither grows its array nor makes more than a few chunks. */
    @Test
    void queueOfSteadyLengthKeepsItsMemory() {
        ListValue list = new ListValue(-2);
        for (int i = 0; i < 10; i++) {
            list.pushFirst(bytes("element"), 0, 7);
        }
        long before = list.memoryBytes();
        for (int i = 0; i < 100_000; i++) {
            list.pushFirst(bytes("element"), 0, 7);
            list.removeLast(1);
        }
        assertTrue(list.memoryBytes() <= 2 * before + 64, () -> before + " -> " + list.memoryBytes());
        for (int i = 0; i < 100_000; i++) {
            list.pushLast(bytes("element"), 0, 7);
        }
        assertTrue(list.memoryBytes() < 100_000 * 10, () -> "now " + list.memoryBytes());
        list.removeFirst(100_000);
        assertTrue(list.memoryBytes() < 1024, () -> "now " + list.memoryBytes());
    }

    @Test
    void pushesToBothEndsInTurnStayCheap() {
        ListValue list = new ListValue(-2);
        for (int i = 0; i < 200_000; i++) {
            list.pushFirst(bytes("a"), 0, 1);
            list.pushLast(bytes("b"), 0, 1);
        }
        assertEquals(400_000, list.size());
        assertEquals(1, list.removeEqual(bytes("b"), 0, 1, 1, true));
        assertEquals(199_999, list.removeEqual(bytes("b"), 0, 1, Long.MAX_VALUE, false));
        assertEquals(200_000, list.removeEqual(bytes("a"), 0, 1, Long.MAX_VALUE, false));
        assertEquals(0, list.size());
        assertFalse(list.forward(0).next());
        assertFalse(list.backward(-1).next());
    }
}
