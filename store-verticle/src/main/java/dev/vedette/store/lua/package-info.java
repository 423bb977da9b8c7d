/**
 * Lua 5.1 itself, the C library, called through the JDK's foreign function interface: states, values on their stacks,
 * functions of ours that scripts call.
 *
 * <p>What enters: source code and values. What leaves: values, or an error with its place. Nothing here knows Redis. A
 * state and all its threads belong to one thread of the JVM; here that is the event loop of the store verticle.
 *
 * <p>Two rules keep C's {@code longjmp} off the frames of Java, which it must never cross:
 *
 * <ul>
 *   <li>Java calls only functions of the C interface that cannot raise an error in the way they are called: raw access,
 *       no metamethods, stack room checked. (Running out of the machine's memory is the exception, as it is the end of a
 *       Redis, too.)
 *   <li>A function of ours raises an error by leaving it as its result and arming the thread's hook with C's own {@code
 *       lua_error}: Lua calls that when our function has returned. The hook stays armed, so the thread must end by this
 *       error. Therefore no {@code lua_pcall} may stand between a script and the {@code lua_resume} that runs it; what
 *       scripts know as {@code pcall} runs its function on a thread of its own.
 * </ul>
 */
@NullMarked
package dev.vedette.store.lua;

import org.jspecify.annotations.NullMarked;
