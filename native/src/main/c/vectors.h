/* Vectors of XN_BYTES, as the compiler's own extension has them. Included by each tier's file. */
#include "xnor.h"
#include "tier.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

typedef float vf __attribute__((vector_size(XN_BYTES)));
typedef int32_t vi __attribute__((vector_size(XN_BYTES)));
typedef uint32_t vu __attribute__((vector_size(XN_BYTES)));
typedef int16_t vs __attribute__((vector_size(XN_BYTES)));
typedef uint8_t vb __attribute__((vector_size(XN_BYTES)));

#define XN_LANES (XN_BYTES / 4)
#define XN_SHORTS (XN_BYTES / 2)
/* Vectors of a panel. */
#define XN_VECTORS (XN_WIDTH / XN_LANES)

#define INLINE static inline __attribute__((always_inline))

INLINE vi xn_load(const void *from) {
  vi v;
  memcpy(&v, from, sizeof v);
  return v;
}

INLINE vs xn_load_shorts(const void *from) {
  vs v;
  memcpy(&v, from, sizeof v);
  return v;
}

INLINE void xn_store(void *to, vi v) { memcpy(to, &v, sizeof v); }

/* For each lane one of four items, by an index of two bits. */
#define XN_ONE_OF_FOUR(four, index) \
  ((xn_splat((four)[0]) & ((index) == 0)) | (xn_splat((four)[1]) & ((index) == 1)) | \
   (xn_splat((four)[2]) & ((index) == 2)) | (xn_splat((four)[3]) & ((index) == 3)))

INLINE vi xn_splat(int32_t x) { return (vi){0} + x; }

INLINE int64_t xn_least(int64_t a, int64_t b) { return a < b ? a : b; }
