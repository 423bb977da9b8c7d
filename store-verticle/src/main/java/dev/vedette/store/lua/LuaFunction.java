package dev.vedette.store.lua;

/** A function that scripts can call. */
@FunctionalInterface
public interface LuaFunction {
    /**
     * Takes its arguments from the thread's stack, from 1 to the top, and pushes its results.
     *
     * @return the number of results
     * @throws LuaError to raise an error in the script
     */
    int call(long thread) throws LuaError;
}
