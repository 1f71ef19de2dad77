// Turning rows into columns, four by four elements.
#pragma once
#include "lanes.h"

/** Four rows of four elements. */
typedef struct {
  f4 row[4];
} square;

/** Row i of the result is column i. */
static inline square turned(square s) {
  const f4 even01 = __builtin_shufflevector(s.row[0], s.row[1], 0, 4, 1, 5);
  const f4 even23 = __builtin_shufflevector(s.row[2], s.row[3], 0, 4, 1, 5);
  const f4 odd01 = __builtin_shufflevector(s.row[0], s.row[1], 2, 6, 3, 7);
  const f4 odd23 = __builtin_shufflevector(s.row[2], s.row[3], 2, 6, 3, 7);
  return (square){{__builtin_shufflevector(even01, even23, 0, 1, 4, 5), __builtin_shufflevector(even01, even23, 2, 3, 6, 7),
                   __builtin_shufflevector(odd01, odd23, 0, 1, 4, 5), __builtin_shufflevector(odd01, odd23, 2, 3, 6, 7)}};
}
