/**
 * What every HTTP framework needs to limit requests: the client's address, the fields that tell of
 * limits, and the body of a refusal. Knows no framework, and nothing of Redis.
 */
@NullMarked
package dev.forebay.http;

import org.jspecify.annotations.NullMarked;
