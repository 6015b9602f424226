/* The settings of MongoDB, for the table of databases_config.c. No guard, as in registry.h. */
AMONG("default_read_concern", "local available majority", "local")
TEXT("default_write_concern")
NUMBER("transaction_lifetime_limit_seconds", 1, LARGE)
NUMBER("slow_op_threshold_ms", 0, LARGE)
NUMBER("verbosity", 0, 5)
