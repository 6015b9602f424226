/* The settings of both MySQL and PostgreSQL, for the table of databases_config.c. No guard, as in registry.h. */
NUMBER("backup_hour", 0, 23)
NUMBER("backup_minute", 0, 59)
