package dev.vedette.store.keyspace.value;

import java.util.Arrays;

/**
 * Ids in order, each with some numbers: a B-tree of two levels, that is, short sorted runs in one array of them.
 *
 * <pre>
 *   chunks ->  | millis sequence detail ... | millis sequence detail ... |   | ...
 *              | <--- one id ---> |
 * </pre>
 *
 * An id is named by its place, valid until ids are added or removed. {@link #copy} shares the runs; whoever changes a
 * shared one makes its own first.
 */
final class StreamIds {

    /** Ids of a full run. */
    private static final int RUN_MAX = 128;

    private static final int RUN_FIRST = 4;
    private static final int SPARSE = RUN_MAX / 4;
    private static final Run[] NONE = new Run[0];

    private static final class Run {
        final Object owner;
        long[] numbers;
        int count;

        Run(Object owner, long[] numbers, int count) {
            this.owner = owner;
            this.numbers = numbers;
            this.count = count;
        }
    }

    /** Stands where there is no run. */
    private static final Run EMPTY = new Run(NONE, new long[0], 0);

    private final int width;
    private Object owner = new Object();
    private Run[] runs = NONE;
    private int runCount;
    private long size;

    /** No ids, each of which has so many numbers. */
    StreamIds(int details) {
        width = 2 + details;
    }

    /** The same ids and numbers. Copies the array of runs; another thread may read the copy, or this. */
    StreamIds copy() {
        StreamIds copy = new StreamIds(width - 2);
        copy.runs = Arrays.copyOf(runs, runCount);
        copy.runCount = runCount;
        copy.size = size;
        owner = new Object();
        return copy;
    }

    long size() {
        return size;
    }

    /** Rough bytes on the heap. */
    long memoryBytes() {
        return 64 + 4L * runs.length + runCount * 48L + size * width * Long.BYTES * 5 / 4;
    }

    // ------------------------------------------------------------------ places

    /** The place of the least id, or -1. */
    long first() {
        return size == 0 ? -1 : 0;
    }

    /** The place of the greatest id, or -1. */
    long last() {
        return size == 0 ? -1 : place(runCount - 1, runs[runCount - 1].count - 1);
    }

    /** The place after that one, or -1. */
    long next(long place) {
        int run = run(place);
        int index = index(place) + 1;
        if (index < runs[run].count) {
            return place(run, index);
        }
        return run + 1 < runCount ? place(run + 1, 0) : -1;
    }

    /** The place of that id, or -1. */
    long find(long millis, long sequence) {
        long place = ceiling(millis, sequence);
        return place >= 0 && millis(place) == millis && sequence(place) == sequence ? place : -1;
    }

    /** The place of that id, or of the least one that is greater, or -1. */
    long ceiling(long millis, long sequence) {
        if (size == 0) {
            return -1;
        }
        int run = runOf(millis, sequence);
        int index = position(runs[run], millis, sequence);
        if (index < runs[run].count) {
            return place(run, index);
        }
        return run + 1 < runCount ? place(run + 1, 0) : -1;
    }

    long millis(long place) {
        return runs[run(place)].numbers[index(place) * width];
    }

    long sequence(long place) {
        return runs[run(place)].numbers[index(place) * width + 1];
    }

    long detail(long place, int which) {
        return runs[run(place)].numbers[index(place) * width + 2 + which];
    }

    void setDetail(long place, int which, long number) {
        own(run(place)).numbers[index(place) * width + 2 + which] = number;
    }

    private static long place(int run, int index) {
        return (long) run << 32 | index;
    }

    private static int run(long place) {
        return (int) (place >>> 32);
    }

    private static int index(long place) {
        return (int) place;
    }

    /** The last run that begins with that id or a lesser one, or the first. */
    private int runOf(long millis, long sequence) {
        int low = 0;
        int high = runCount - 1;
        while (low < high) {
            int middle = low + high + 1 >>> 1;
            long[] numbers = runs[middle].numbers;
            if (StreamId.compare(numbers[0], numbers[1], millis, sequence) <= 0) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /** The index of that id in the run, or of the first greater one. */
    private int position(Run run, long millis, long sequence) {
        int low = 0;
        int high = run.count;
        while (low < high) {
            int middle = low + high >>> 1;
            int at = middle * width;
            if (StreamId.compare(run.numbers[at], run.numbers[at + 1], millis, sequence) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    // ------------------------------------------------------------------ changes

    /** Adds an id, whose numbers are 0 at first, and answers its place; -1 when it is there already. */
    long add(long millis, long sequence) {
        if (runCount == 0) {
            insertRun(0, new Run(owner, new long[RUN_FIRST * width], 0));
        }
        int number = runOf(millis, sequence);
        int index = position(runs[number], millis, sequence);
        if (index < runs[number].count && isAt(runs[number], index, millis, sequence)) {
            return -1;
        }
        if (runs[number].count == RUN_MAX) {
            split(number, index);
            if (index > runs[number].count || index == RUN_MAX) {
                index -= runs[number].count;
                number++;
            }
        }
        Run run = own(number);
        insert(run, index, millis, sequence);
        size++;
        return place(number, index);
    }

    private boolean isAt(Run run, int index, long millis, long sequence) {
        return run.numbers[index * width] == millis && run.numbers[index * width + 1] == sequence;
    }

    private void insert(Run run, int index, long millis, long sequence) {
        if ((run.count + 1) * width > run.numbers.length) {
            run.numbers = Arrays.copyOf(run.numbers, Math.min(RUN_MAX, 2 * run.count + RUN_FIRST) * width);
        }
        long[] numbers = run.numbers;
        int at = index * width;
        System.arraycopy(numbers, at, numbers, at + width, (run.count - index) * width);
        numbers[at] = millis;
        numbers[at + 1] = sequence;
        Arrays.fill(numbers, at + 2, at + width, 0);
        run.count++;
    }

    /** Makes two runs of a full one: the second is empty when ids come in order. */
    private void split(int number, int index) {
        Run full = own(number);
        int kept = index == RUN_MAX ? RUN_MAX : RUN_MAX / 2;
        int moved = RUN_MAX - kept;
        long[] numbers = new long[(moved + RUN_FIRST) * width];
        System.arraycopy(full.numbers, kept * width, numbers, 0, moved * width);
        full.count = kept;
        if (moved > 0) {
            full.numbers = Arrays.copyOf(full.numbers, (kept + RUN_FIRST) * width);
        }
        insertRun(number + 1, new Run(owner, numbers, moved));
    }

    /** Removes the id at that place. */
    void remove(long place) {
        int number = run(place);
        Run run = own(number);
        int at = index(place) * width;
        System.arraycopy(run.numbers, at + width, run.numbers, at, (run.count - index(place) - 1) * width);
        run.count--;
        size--;
        if (run.count == 0) {
            removeRun(number);
        } else if (run.count < SPARSE && number + 1 < runCount && runs[number + 1].count < SPARSE) {
            join(run, number + 1);
        }
    }

    private void join(Run run, int next) {
        Run other = runs[next];
        int together = run.count + other.count;
        if (together * width > run.numbers.length) {
            run.numbers = Arrays.copyOf(run.numbers, together * width);
        }
        System.arraycopy(other.numbers, 0, run.numbers, run.count * width, other.count * width);
        run.count = together;
        removeRun(next);
    }

    private Run own(int number) {
        Run run = runs[number];
        if (run.owner != owner) {
            run = new Run(owner, run.numbers.clone(), run.count);
            runs[number] = run;
        }
        return run;
    }

    private void insertRun(int number, Run run) {
        if (runCount == runs.length) {
            runs = Arrays.copyOf(runs, Math.max(1, 2 * runCount));
            Arrays.fill(runs, runCount, runs.length, EMPTY);
        }
        System.arraycopy(runs, number, runs, number + 1, runCount - number);
        runs[number] = run;
        runCount++;
    }

    private void removeRun(int number) {
        runCount--;
        System.arraycopy(runs, number + 1, runs, number, runCount - number);
        if (runCount < runs.length / 4) {
            runs = Arrays.copyOf(runs, runCount);
        } else {
            runs[runCount] = EMPTY;
        }
    }
}
