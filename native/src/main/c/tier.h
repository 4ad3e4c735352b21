/* What the tiers' files give: a list of kernels each, ended by a null name. */
#ifndef XNOR_TIER_H
#define XNOR_TIER_H

#include "xnor.h"

typedef struct {
  const char *name;
  xn_kernel *kernel;
} xn_entry;

extern const xn_entry xn_portable[];
extern const xn_entry xn_avx2[];
extern const xn_entry xn_avx512[];
extern const xn_entry xn_neon[];

#endif
