/* NEON: bits are counted by bytes, which the instruction does. */
#if defined(__aarch64__)
#include <arm_neon.h>

#define XN_BYTES 16
#define XN_ROWS 4
#define XN_PANELS 1
#define XN_COUNTS_LANES 0
#define XN_GROUP 0
#define XN_TABLE xn_neon
#include "vectors.h"

static inline vb xn_count_bytes(vi v) { return (vb)vcntq_u8((uint8x16_t)v); }

static inline vi xn_fold(vb v) { return (vi)vpaddlq_u16(vpaddlq_u8((uint8x16_t)v)); }

/* Even and odd shorts apart, since no instruction adds neighbours' products. */
static inline vi xn_madd(vi sum, vi a, vi b) {
  int16x8_t x = (int16x8_t)a;
  int16x8_t y = (int16x8_t)b;
  int16x8_t even = vuzp1q_s16(x, x);
  int16x8_t odd = vuzp2q_s16(x, x);
  int32x4_t s = vmlal_s16((int32x4_t)sum, vget_low_s16(even), vget_low_s16(vuzp1q_s16(y, y)));
  return (vi)vmlal_s16(s, vget_low_s16(odd), vget_low_s16(vuzp2q_s16(y, y)));
}

static inline vi xn_one_of_four(const int32_t *four, vi index) { return XN_ONE_OF_FOUR(four, index); }

static inline vf xn_multiply_add(vf sum, vf a, vf b) {
  return (vf)vfmaq_f32((float32x4_t)sum, (float32x4_t)a, (float32x4_t)b);
}

static inline void xn_widen(vs v, vi *low, vi *high) {
  *low = (vi)vmovl_s16(vget_low_s16((int16x8_t)v));
  *high = (vi)vmovl_high_s16((int16x8_t)v);
}

static inline uint32_t xn_mask(uint32x4_t holds) {
  const uint32x4_t weights = {1, 2, 4, 8};
  return vaddvq_u32(vandq_u32(holds, weights));
}

static inline uint32_t xn_negative(const float *x) {
  uint32_t word = 0;
  for (int j = 0; j < 8; j++) {
    word |= xn_mask(vcltzq_f32(vld1q_f32(x + 4 * j))) << (4 * j);
  }
  return word;
}

static inline uint32_t xn_at_most(const float *x, const float *limit) {
  uint32_t word = 0;
  for (int j = 0; j < 8; j++) {
    word |= xn_mask(vcleq_f32(vld1q_f32(x + 4 * j), vld1q_f32(limit + 4 * j))) << (4 * j);
  }
  return word;
}

#include "kernels.inc"
#else
typedef int xn_not_of_this_architecture;
#endif
