#include "json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void json_cleanup(cJSON **tree)
{
	cJSON_Delete(*tree);
}

void text_cleanup(char **text)
{
	free(*text);
}

const char *json_text(const cJSON *object, const char *key)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
}

double json_number(const cJSON *object, const char *key, double fallback)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

	return cJSON_IsNumber(item) ? item->valuedouble : fallback;
}

bool json_true(const cJSON *object, const char *key)
{
	return cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, key));
}

void json_set(cJSON *object, const char *key, cJSON *value)
{
	if (cJSON_GetObjectItemCaseSensitive(object, key))
		cJSON_ReplaceItemInObjectCaseSensitive(object, key, value);
	else
		cJSON_AddItemToObject(object, key, value);
}

void json_set_text(cJSON *object, const char *key, const char *value)
{
	json_set(object, key, value ? cJSON_CreateString(value) : cJSON_CreateNull());
}

void json_set_number(cJSON *object, const char *key, double value)
{
	json_set(object, key, cJSON_CreateNumber(value));
}

void json_set_bool(cJSON *object, const char *key, bool value)
{
	json_set(object, key, cJSON_CreateBool(value));
}

void json_set_defaults(cJSON *object, const char *defaults)
{
	JSON_AUTO *tree = cJSON_Parse(defaults);
	cJSON *item;

	while (tree && (item = cJSON_DetachItemFromArray(tree, 0))) {
		if (cJSON_GetObjectItemCaseSensitive(object, item->string))
			cJSON_Delete(item);
		else
			cJSON_AddItemToObject(object, item->string, item);
	}
}

static int json_array_index(const cJSON *array, const char *text)
{
	const cJSON *item;
	int index = 0;

	cJSON_ArrayForEach(item, array)
	{
		const char *value = cJSON_GetStringValue(item);

		if (value && !strcmp(value, text))
			return index;
		index++;
	}
	return -1;
}

bool json_array_has(const cJSON *array, const char *text)
{
	return json_array_index(array, text) >= 0;
}

void json_array_add(cJSON *array, const char *text)
{
	if (array && !json_array_has(array, text))
		cJSON_AddItemToArray(array, cJSON_CreateString(text));
}

void json_array_drop(cJSON *array, const char *text)
{
	int index = json_array_index(array, text);

	if (index >= 0)
		cJSON_DeleteItemFromArray(array, index);
}

cJSON *json_at(const cJSON *tree, const char *path)
{
	char key[64];
	size_t length;

	while (tree && *path) {
		length = strcspn(path, ".");
		snprintf(key, sizeof(key), "%.*s", (int)length, path);
		tree = cJSON_GetObjectItemCaseSensitive(tree, key);
		path += length + (path[length] == '.');
	}
	return (cJSON *)tree;
}

void json_merge(cJSON *object, const cJSON *from)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, from)
	{
		cJSON *old = cJSON_GetObjectItemCaseSensitive(object, item->string);

		if (cJSON_IsObject(old) && cJSON_IsObject(item))
			json_merge(old, item);
		else
			json_set(object, item->string, cJSON_Duplicate(item, true));
	}
}

void json_scalar(const cJSON *item, char *text, size_t size)
{
	if (cJSON_IsNumber(item))
		snprintf(text, size, "%.0f", item->valuedouble);
	else
		snprintf(text, size, "%s", cJSON_IsString(item) ? item->valuestring : "");
}
