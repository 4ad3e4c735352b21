/* The tier that every machine has: vectors of 16 bytes, of which the compiler makes what the architecture guarantees. */
#define XN_BYTES 16
#define XN_ROWS 2
#define XN_PANELS 1
#define XN_COUNTS_LANES 1
#define XN_GROUP 0
#define XN_TABLE xn_portable
#include "vectors.h"

/* Sums in ever wider fields. */
static inline vi xn_count(vi v) {
  vu x = (vu)v;
  x = x - ((x >> 1) & 0x55555555u);
  x = (x & 0x33333333u) + ((x >> 2) & 0x33333333u);
  x = (x + (x >> 4)) & 0x0f0f0f0fu;
  x = x + (x >> 8);
  return (vi)((x + (x >> 16)) & 0x3fu);
}

#if defined(__SSE2__) /* which every x86-64 has, and which multiplies no lanes of 32 bits */
#include <emmintrin.h>
static inline vi xn_madd(vi sum, vi a, vi b) { return sum + (vi)_mm_madd_epi16((__m128i)a, (__m128i)b); }
#else
static inline vi xn_madd(vi sum, vi a, vi b) {
  vi low = ((a << 16) >> 16) * ((b << 16) >> 16);
  return sum + low + (a >> 16) * (b >> 16);
}
#endif

static inline vi xn_one_of_four(const int32_t *four, vi index) { return XN_ONE_OF_FOUR(four, index); }

static inline vf xn_multiply_add(vf sum, vf a, vf b) { return sum + a * b; }

static inline void xn_widen(vs v, vi *low, vi *high) {
  vi first = {0};
  vi second = {0};
  for (int j = 0; j < XN_LANES; j++) {
    first[j] = v[j];
    second[j] = v[j + XN_LANES];
  }
  *low = first;
  *high = second;
}

static inline uint32_t xn_negative(const float *x) {
  uint32_t word = 0;
  for (int j = 0; j < 32; j++) {
    word |= (uint32_t)(x[j] < 0) << j;
  }
  return word;
}

static inline uint32_t xn_at_most(const float *x, const float *limit) {
  uint32_t word = 0;
  for (int j = 0; j < 32; j++) {
    word |= (uint32_t)(x[j] <= limit[j]) << j;
  }
  return word;
}

#include "kernels.inc"
