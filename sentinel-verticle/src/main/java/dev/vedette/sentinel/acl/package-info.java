/**
 * Users and what they may do, as Redis 7.0's ACL has it: rules in, permissions and descriptions out.
 *
 * <p>A sentinel has no keys, so key and channel patterns are kept and shown but only commands and channels are judged.
 * Selectors ({@code (...)}) are refused. Pure data, owned by the verticle's event loop.
 */
@NullMarked
package dev.vedette.sentinel.acl;

import org.jspecify.annotations.NullMarked;
