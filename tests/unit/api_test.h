#ifndef DOCLOUD_TESTS_API_TEST_H
#define DOCLOUD_TESTS_API_TEST_H

/* cmocka wants these four before itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif
