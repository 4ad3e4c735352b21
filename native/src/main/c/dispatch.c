/* Which tiers this library has, which the machine can run, and where their kernels are. */
#include "xnor.h"
#include "tier.h"

#include <stddef.h>
#include <string.h>

#define EXPORT __attribute__((visibility("default")))

static const xn_entry *table(int64_t tier) {
  switch (tier) {
    case 0: return xn_portable;
#if defined(__x86_64__)
    case 1: return xn_avx2;
    case 2: return xn_avx512;
#elif defined(__aarch64__)
    case 3: return xn_neon;
#endif
    default: return NULL;
  }
}

EXPORT int64_t xn_version(void) { return XN_VERSION; }

EXPORT int64_t xn_best_tier(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vpopcntdq") &&
      __builtin_cpu_supports("avx512vnni")) {
    return 2;
  }
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? 1 : 0;
#elif defined(__aarch64__)
  return 3; /* NEON is part of the architecture */
#else
  return 0;
#endif
}

EXPORT xn_kernel *xn_find(int64_t tier, const char *name) {
  const xn_entry *entry = table(tier);
  if (entry == NULL) {
    return NULL;
  }
  for (; entry->name != NULL; entry++) {
    if (strcmp(entry->name, name) == 0) {
      return entry->kernel;
    }
  }
  return NULL;
}
