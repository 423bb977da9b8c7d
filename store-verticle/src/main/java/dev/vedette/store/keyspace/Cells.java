package dev.vedette.store.keyspace;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The memory of a database's packed strings: cells of fixed sizes outside of the heap, so that the collector has nothing to
 * look through, nothing to copy and no references to follow, however many strings there are.
 *
 * <pre>
 *   block (2 MB)                     a cell's place (32 bits, in units of 8 bytes)
 *   +--------+--------+-- - -+       bbbbbbbbbbbbbb ppppp uuuuuuuuuuuuu
 *   | page 0 | page 1 | ...  |       |              |     +-- unit in the page
 *   +--------+--------+-- - -+       |              +-- page in the block
 *   a page (64 KB) has cells of      +-- block, from 1 on: place 0 is none
 *   one size, or is free
 * </pre>
 *
 * <p>Sizes are the multiples of 8 up to 512 bytes, then eight to each doubling. A free cell is marked in its first byte
 * and chained to the next one of its page. Pages with room are chained by size; a page that is empty serves any size, and
 * the memory of a block without cells goes back to the system. Data that has shrunk unevenly is gathered by {@link
 * #evacuate}.
 *
 * <p>All blocks are in one range of addresses, which takes no memory before it is used: a place is an address but for an
 * addition. 32 GB of strings have places; beyond that, as for entries that are too large, there is no cell.
 *
 * <p>Thread: the owner of the database.
 */
final class Cells {

    /** The largest cell, in bytes. */
    static final int CELL_BYTES_MAX = 4608;

    /** In the first byte of a cell that is free; see {@link PackedString} for the other bits. */
    static final byte FREE = (byte) 0x80;

    private static final int UNIT_BYTES = 8;
    private static final int PAGE_SHIFT = 16;
    private static final int PAGE_BYTES = 1 << PAGE_SHIFT;
    private static final int PAGE_UNIT_BITS = 13;
    private static final int PAGE_BITS = 5;
    private static final int BLOCK_PAGES = 1 << PAGE_BITS;
    private static final int BLOCK_BYTES = BLOCK_PAGES * PAGE_BYTES;
    private static final int BLOCKS_MAX = 1 << 32 - PAGE_UNIT_BITS - PAGE_BITS;
    private static final int EXACT_BYTES_MAX = 512;
    private static final int EXACT_CLASSES = EXACT_BYTES_MAX / UNIT_BYTES;
    private static final int CLASSES = sizeClass(CELL_BYTES_MAX) + 1;
    private static final int[] CLASS_BYTES = classBytes();
    private static final int[] CLASS_CAPACITY = new int[CLASSES];

    static {
        Arrays.setAll(CLASS_CAPACITY, sizeClass -> sizeClass == 0 ? 0 : PAGE_BYTES / CLASS_BYTES[sizeClass]);
    }

    /** So many free pages are kept when a block is given back. */
    private static final int SPARE_PAGES = 8;

    /** Less free memory than this is not worth gathering. */
    private static final long SLACK_BYTES_MIN = 8 << 20;

    private static final int SLACK_SHIFT = 3;

    /** How many entries a caller may look at, one after the other, before the first of them is shown another one. */
    private static final int VIEWS = 8;

    private final PackedString[] views = new PackedString[VIEWS];
    private int nextView;

    /** Asked for with the first cell. */
    private @Nullable NativeMemory memory;

    private long base;
    private int blocksMax = BLOCKS_MAX;
    /** What a key is copied to when its hash is asked for. */
    private byte[] key = new byte[64];

    private int blockCount = 1;
    private int[] vacant = new int[4];
    private int vacantCount;
    /** Of each block: bytes in cells in use, pages that are free, whether it has memory. */
    private int[] blockLive = new int[2];

    private byte[] blockFreePages = new byte[2];
    private boolean[] blockThere = new boolean[2];

    /** Of each page, see the constants above: size class (0: free), cells in use, first free unit + 1, unit never used. */
    private byte[] pageClass = new byte[2 * BLOCK_PAGES];

    private char[] pageLive = new char[2 * BLOCK_PAGES];
    private char[] pageFree = new char[2 * BLOCK_PAGES];
    private char[] pageFresh = new char[2 * BLOCK_PAGES];
    /** Chains of pages: those with room of each size class, and the free ones as class 0. 0 is the end. */
    private int[] next = new int[2 * BLOCK_PAGES];

    private int[] previous = new int[2 * BLOCK_PAGES];
    private final int[] first = new int[CLASSES];
    /** Of each size class: its pages, its cells in use. */
    private final int[] classPages = new int[CLASSES];

    private final long[] classLive = new long[CLASSES];

    private int freePages;
    private long bytes;
    private long count;
    private long blockBytes;
    /** Of the cells in use, those that nobody but snapshots needs. */
    private long leftBytes;

    private long leftCount;
    private boolean closed;

    /** The block that is being emptied, or 0, and where in it {@link #evacuate} goes on. */
    private int leaving;

    private int leavingUnit;

    Cells() {
        for (int i = 0; i < VIEWS; i++) {
            views[i] = new PackedString();
        }
    }

    // ------------------------------------------------------------------ sizes

    private static int sizeClass(int bytes) {
        if (bytes <= EXACT_BYTES_MAX) {
            return bytes + UNIT_BYTES - 1 >>> 3;
        }
        int power = 31 - Integer.numberOfLeadingZeros(bytes - 1);
        return EXACT_CLASSES + (power - 9) * 8 + (bytes - 1 - (1 << power) >>> power - 3) + 1;
    }

    private static int[] classBytes() {
        int[] sizes = new int[CLASSES];
        for (int bytes = UNIT_BYTES; bytes <= CELL_BYTES_MAX; bytes += UNIT_BYTES) {
            // The last of a class is the largest.
            sizes[sizeClass(bytes)] = bytes;
        }
        return sizes;
    }

    /** How many bytes that cell has. */
    int cellBytes(int place) {
        return CLASS_BYTES[pageClass[place >>> PAGE_UNIT_BITS]];
    }

    /** Whether an entry of so many bytes would get a cell of that cell's size. */
    boolean suits(int place, int bytes) {
        return bytes <= CELL_BYTES_MAX && sizeClass(bytes) == pageClass[place >>> PAGE_UNIT_BITS];
    }

    private static int capacity(int sizeClass) {
        return CLASS_CAPACITY[sizeClass];
    }

    /** Bytes of the cells in use, but for those that have been left. */
    long bytes() {
        return bytes - leftBytes;
    }

    /** Number of cells in use, but for those that have been left. */
    long count() {
        return count - leftCount;
    }

    /** Bytes of the cell for so many. */
    static int bytesFor(int size) {
        return size > CELL_BYTES_MAX ? size : CLASS_BYTES[sizeClass(size)];
    }

    /** Bytes of the blocks that the cells are in. */
    long blockBytes() {
        return blockBytes;
    }

    // ------------------------------------------------------------------ reading

    /** Where the cell is: good as long as it is in use. */
    long address(int place) {
        return base + ((place & 0xffffffffL) << 3);
    }

    /** The entry in that cell, to be read until {@value #VIEWS} others have been asked for or the entry goes. */
    PackedString view(int place) {
        PackedString view = views[nextView];
        nextView = nextView + 1 & VIEWS - 1;
        view.lookAt(address(place), place);
        return view;
    }

    /** The hash of the key in that cell. */
    long hash(int place) {
        long address = address(place);
        long header = PackedString.header(address);
        int length = PackedString.keyLength(address, header);
        if (length > key.length) {
            key = new byte[length];
        }
        PackedString.copyOut(PackedString.keyAddress(address, header), key, 0, length);
        return KeyHash.of(key, 0, length);
    }

    // ------------------------------------------------------------------ taking and giving back

    /** A cell for so many bytes, its content undefined; 0 when they are too many for a cell, or all places are taken. */
    int allocate(int size) {
        if (size > CELL_BYTES_MAX) {
            return 0;
        }
        int sizeClass = sizeClass(size);
        int page = first[sizeClass];
        if (page == 0) {
            page = openPage(sizeClass);
            if (page == 0) {
                return 0;
            }
        }
        int place;
        int free = pageFree[page];
        if (free != 0) {
            place = page << PAGE_UNIT_BITS | free - 1;
            pageFree[page] = PackedString.link(address(place));
        } else {
            place = page << PAGE_UNIT_BITS | pageFresh[page];
            pageFresh[page] += (char) (CLASS_BYTES[sizeClass] / UNIT_BYTES);
        }
        pageLive[page]++;
        if (pageLive[page] == capacity(sizeClass)) {
            unchain(page, sizeClass);
        }
        count(page, sizeClass, 1);
        return place;
    }

    /** Gives a cell back; its content is lost at once. */
    void free(int place) {
        int page = place >>> PAGE_UNIT_BITS;
        int sizeClass = pageClass[page];
        PackedString.markFree(address(place), pageFree[page]);
        pageFree[page] = (char) ((place & (1 << PAGE_UNIT_BITS) - 1) + 1);
        count(page, sizeClass, -1);
        boolean stays = page >>> PAGE_BITS != leaving;
        if (stays && pageLive[page] == capacity(sizeClass)) {
            chain(page, sizeClass);
        }
        pageLive[page]--;
        if (pageLive[page] == 0) {
            closePage(page, stays);
        }
    }

    /**
     * The cell is in use no more, but for snapshots: it counts no more, or maxmemory would have more and more keys go, whose
     * cells would all be left.
     *
     * @return its size in bytes
     */
    int leave(int place) {
        int size = cellBytes(place);
        leftBytes += size;
        leftCount++;
        return size;
    }

    /** Gives a cell back that has been left, unless all are given back already. */
    void freeLeft(int place) {
        if (!closed) {
            leftBytes -= cellBytes(place);
            leftCount--;
            free(place);
        }
    }

    private void count(int page, int sizeClass, int change) {
        count += change;
        classLive[sizeClass] += change;
        int changedBytes = change * CLASS_BYTES[sizeClass];
        bytes += changedBytes;
        blockLive[page >>> PAGE_BITS] += changedBytes;
    }

    private void chain(int page, int chain) {
        int second = first[chain];
        next[page] = second;
        previous[page] = 0;
        if (second != 0) {
            previous[second] = page;
        }
        first[chain] = page;
    }

    private void unchain(int page, int chain) {
        int before = previous[page];
        int after = next[page];
        if (before == 0) {
            first[chain] = after;
        } else {
            next[before] = after;
        }
        if (after != 0) {
            previous[after] = before;
        }
    }

    private int openPage(int sizeClass) {
        if (first[0] == 0 && !addBlock()) {
            return 0;
        }
        int page = first[0];
        unchain(page, 0);
        freePages--;
        blockFreePages[page >>> PAGE_BITS]--;
        pageClass[page] = (byte) sizeClass;
        classPages[sizeClass]++;
        pageFree[page] = 0;
        pageFresh[page] = 0;
        chain(page, sizeClass);
        return page;
    }

    private void closePage(int page, boolean stays) {
        int block = page >>> PAGE_BITS;
        if (stays) {
            unchain(page, pageClass[page]);
            chain(page, 0);
            freePages++;
        }
        classPages[pageClass[page]]--;
        pageClass[page] = 0;
        blockFreePages[block]++;
        if (blockFreePages[block] < BLOCK_PAGES) {
            return;
        }
        if (!stays) {
            dropBlock(block);
        } else if (freePages >= BLOCK_PAGES + SPARE_PAGES) {
            withdraw(block);
            dropBlock(block);
        }
    }

    // ------------------------------------------------------------------ blocks

    private boolean addBlock() {
        int block;
        if (vacantCount > 0) {
            block = vacant[--vacantCount];
        } else {
            if (memory == null) {
                reserve();
            }
            if (blockCount >= blocksMax) {
                return false;
            }
            block = blockCount++;
            if (block == blockLive.length) {
                enlarge(block * 2);
            }
        }
        blockThere[block] = true;
        blockBytes += BLOCK_BYTES;
        blockFreePages[block] = BLOCK_PAGES;
        freePages += BLOCK_PAGES;
        for (int page = BLOCK_PAGES - 1; page >= 0; page--) {
            chain(block << PAGE_BITS | page, 0);
        }
        return true;
    }

    private void reserve() {
        NativeMemory reserved = NativeMemory.reserve((long) BLOCKS_MAX * BLOCK_BYTES);
        memory = reserved;
        base = reserved.address();
        blocksMax = (int) Math.min(BLOCKS_MAX, reserved.bytes() / BLOCK_BYTES);
        // The first block takes what it uses: most databases are small.
        reserved.preferHugePages(2L * BLOCK_BYTES);
    }

    /** The end: no cell is looked at any more. */
    void close() {
        closed = true;
        NativeMemory reserved = memory;
        if (reserved != null) {
            reserved.close((long) blockCount * BLOCK_BYTES);
            blocksMax = 0;
        }
    }

    private void enlarge(int blockCapacity) {
        int pages = blockCapacity * BLOCK_PAGES;
        blockLive = Arrays.copyOf(blockLive, blockCapacity);
        blockFreePages = Arrays.copyOf(blockFreePages, blockCapacity);
        blockThere = Arrays.copyOf(blockThere, blockCapacity);
        pageClass = Arrays.copyOf(pageClass, pages);
        pageLive = Arrays.copyOf(pageLive, pages);
        pageFree = Arrays.copyOf(pageFree, pages);
        pageFresh = Arrays.copyOf(pageFresh, pages);
        next = Arrays.copyOf(next, pages);
        previous = Arrays.copyOf(previous, pages);
    }

    /** Nothing is taken from that block any more. */
    private void withdraw(int block) {
        for (int i = 0; i < BLOCK_PAGES; i++) {
            int page = block << PAGE_BITS | i;
            int sizeClass = pageClass[page];
            if (sizeClass == 0) {
                unchain(page, 0);
                freePages--;
            } else if (pageLive[page] < capacity(sizeClass)) {
                unchain(page, sizeClass);
            }
        }
    }

    private void dropBlock(int block) {
        blockBytes -= BLOCK_BYTES;
        blockThere[block] = false;
        NativeMemory reserved = memory;
        if (reserved != null) {
            reserved.giveBack((long) block * BLOCK_BYTES, BLOCK_BYTES);
        }
        if (vacantCount == vacant.length) {
            vacant = Arrays.copyOf(vacant, vacantCount * 2);
        }
        vacant[vacantCount++] = block;
        if (leaving == block) {
            leaving = 0;
        }
    }

    // ------------------------------------------------------------------ gathering

    /** Moves an entry to another cell, and frees its old one. */
    @FunctionalInterface
    interface Mover {
        void move(int place);
    }

    /** Whether so much of the blocks is free that gathering is worth while. */
    boolean isSparse() {
        return leaving != 0 || blockBytes - bytes > Math.max(SLACK_BYTES_MIN, blockBytes >>> SLACK_SHIFT);
    }

    /**
     * Empties the blocks with the fewest bytes in use into the free cells of the others, until not much is free or the
     * deadline ({@link System#nanoTime}) is over.
     *
     * @return true when there is more to do
     */
    boolean evacuate(Mover mover, long deadlineNanos) {
        while (isSparse()) {
            if (leaving == 0) {
                int block = emptiest();
                if (block == 0) {
                    return false;
                }
                withdraw(block);
                leaving = block;
                leavingUnit = 0;
                if (blockFreePages[block] == BLOCK_PAGES) {
                    dropBlock(block);
                    continue;
                }
            }
            if (!empty(mover, deadlineNanos)) {
                return true;
            }
        }
        return false;
    }

    /** The block with the fewest bytes in use whose cells have room elsewhere, or 0. */
    private int emptiest() {
        int emptiest = 0;
        for (int block = 1; block < blockCount; block++) {
            if (blockThere[block]
                    && blockLive[block] < BLOCK_BYTES - (BLOCK_BYTES >>> SLACK_SHIFT)
                    && (emptiest == 0 || blockLive[block] < blockLive[emptiest])
                    && hasRoomElsewhere(block)) {
                emptiest = block;
            }
        }
        return emptiest;
    }

    /** Whether no new block would be needed for the cells of that one; or there would be no end to it. */
    private boolean hasRoomElsewhere(int block) {
        long spare = (long) freePages - blockFreePages[block];
        for (int i = 0; i < BLOCK_PAGES && spare >= 0; i++) {
            int sizeClass = pageClass[block << PAGE_BITS | i];
            if (sizeClass != 0 && pagesBefore(block, i, sizeClass) == 0) {
                spare -= pagesNeeded(block, sizeClass);
            }
        }
        return spare >= 0;
    }

    private int pagesBefore(int block, int end, int sizeClass) {
        int pages = 0;
        for (int i = 0; i < end; i++) {
            pages += pageClass[block << PAGE_BITS | i] == sizeClass ? 1 : 0;
        }
        return pages;
    }

    /** How many new pages the block's cells of a class would need, were they to leave it. */
    private long pagesNeeded(int block, int sizeClass) {
        long live = 0;
        for (int i = 0; i < BLOCK_PAGES; i++) {
            int page = block << PAGE_BITS | i;
            live += pageClass[page] == sizeClass ? pageLive[page] : 0;
        }
        int pagesElsewhere = classPages[sizeClass] - pagesBefore(block, BLOCK_PAGES, sizeClass);
        long capacity = capacity(sizeClass);
        long room = pagesElsewhere * capacity - (classLive[sizeClass] - live);
        return (Math.max(0, live - room) + capacity - 1) / capacity;
    }

    private boolean empty(Mover mover, long deadlineNanos) {
        int block = leaving;
        int units = BLOCK_PAGES << PAGE_UNIT_BITS;
        while (leavingUnit < units) {
            int page = block << PAGE_BITS | leavingUnit >>> PAGE_UNIT_BITS;
            int inPage = leavingUnit & (1 << PAGE_UNIT_BITS) - 1;
            int sizeClass = pageClass[page];
            if (sizeClass == 0 || inPage >= pageFresh[page]) {
                leavingUnit = (leavingUnit >>> PAGE_UNIT_BITS) + 1 << PAGE_UNIT_BITS;
                continue;
            }
            leavingUnit += CLASS_BYTES[sizeClass] / UNIT_BYTES;
            int place = page << PAGE_UNIT_BITS | inPage;
            if (!PackedString.isFree(address(place))) {
                mover.move(place);
                if (leaving == 0) {
                    return true;
                }
            }
            if ((inPage & 63) == 0 && System.nanoTime() - deadlineNanos >= 0) {
                return false;
            }
        }
        throw new IllegalStateException("block " + block + " still holds " + blockLive[block] + " bytes");
    }

    /** For tests: checks every chain and count against the cells themselves; null when all is well. */
    @Nullable
    String contradiction() {
        long live = 0;
        long[] cellsOf = new long[CLASSES];
        for (int block = 1; block < blockCount; block++) {
            long inBlock = 0;
            for (int i = 0; blockThere[block] && i < BLOCK_PAGES; i++) {
                int page = block << PAGE_BITS | i;
                int cells = 0;
                int sizeClass = pageClass[page];
                int step = sizeClass == 0 ? 1 << PAGE_UNIT_BITS : CLASS_BYTES[sizeClass] / UNIT_BYTES;
                for (int unit = 0; sizeClass != 0 && unit < pageFresh[page]; unit += step) {
                    int place = page << PAGE_UNIT_BITS | unit;
                    cells += PackedString.isFree(address(place)) ? 0 : 1;
                }
                if (cells != pageLive[page]) {
                    return "page " + page + " has " + cells + " cells, not " + (int) pageLive[page];
                }
                inBlock += (long) cells * CLASS_BYTES[sizeClass];
                cellsOf[sizeClass] += cells;
            }
            if (inBlock != blockLive[block]) {
                return "block " + block + " has " + inBlock + " bytes, not " + blockLive[block];
            }
            live += inBlock;
        }
        if (!Arrays.equals(cellsOf, classLive)) {
            return Arrays.toString(cellsOf) + " cells, not " + Arrays.toString(classLive);
        }
        return live == bytes ? null : live + " bytes, not " + bytes;
    }
}
