#ifndef SANDBOX_IDENTITY_H
#define SANDBOX_IDENTITY_H

#include <stddef.h>
#include <stdint.h>

enum { UUID_SIZE = 37, STAMP_SIZE = 21 };

/* A number that differs from run to run. */
uint64_t identity_random(void);

/* The next number of the generator whose state is `*state`: the same for the same seed. */
uint64_t identity_next(uint64_t *state);

/* A version 4 UUID made of two numbers. */
void identity_uuid(uint64_t high, uint64_t low, char uuid[UUID_SIZE]);
void identity_random_uuid(char uuid[UUID_SIZE]);

/* A moment as the API writes it: 2026-07-21T18:37:44Z. */
void identity_stamp(long long epoch, char stamp[STAMP_SIZE]);
void identity_now(char stamp[STAMP_SIZE]);

/* Milliseconds of a clock that is never set. */
uint64_t identity_milliseconds(void);

#endif
