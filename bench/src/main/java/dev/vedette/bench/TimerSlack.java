package dev.vedette.bench;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** Linux lets a thread sleep 50 microseconds longer than it asked for, which is more than most replies take. */
final class TimerSlack {

    private static final int PR_SET_TIMERSLACK = 29;

    private TimerSlack() {}

    /** Has the kernel wake this thread as close to the time asked for as it can; elsewhere than on Linux nothing. */
    @SuppressWarnings("restricted")
    static void sleepExactly() {
        Linker linker = Linker.nativeLinker();
        Optional<MemorySegment> prctl = linker.defaultLookup().find("prctl");
        if (prctl.isEmpty()) {
            return;
        }
        MethodHandle call = linker.downcallHandle(
                prctl.get(), FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG), Linker.Option.firstVariadicArg(1));
        try {
            int refused = (int) call.invokeExact(PR_SET_TIMERSLACK, 1L);
            if (refused != 0) {
                throw new IllegalStateException("prctl does not know the timer slack");
            }
        } catch (RuntimeException | Error bug) {
            throw bug;
        } catch (Throwable impossible) {
            throw new AssertionError(impossible);
        }
    }
}
