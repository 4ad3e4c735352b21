/* AVX-512 with VPOPCNTDQ and VNNI: a lane's bits are counted by one instruction, pairs of shorts multiplied and added too. */
#if defined(__x86_64__)
#include <immintrin.h>

#define XN_BYTES 64
#define XN_ROWS 4
#define XN_PANELS 4
#define XN_COUNTS_LANES 1
#define XN_GROUP 4
#define XN_COLUMNS_OF_FLOATS 4
#define XN_COLUMNS_OF_PAIRS 2
#define XN_ROWS_OF_PAIRS 4
#define XN_TABLE xn_avx512
#include "vectors.h"

/* Lanes of a table by the lower four bits of each lane of an index. */
static inline vi xn_permute(vi table, vi index) { return (vi)_mm512_permutexvar_epi32((__m512i)index, (__m512i)table); }

static inline vi xn_one_of_four(const int32_t *four, vi index) {
  __m512 all = _mm512_broadcast_f32x4(_mm_loadu_ps((const float *)four));
  return (vi)_mm512_permutevar_ps(all, (__m512i)index);
}

static inline vi xn_count(vi v) { return (vi)_mm512_popcnt_epi32((__m512i)v); }

static inline vi xn_madd(vi sum, vi a, vi b) { return (vi)_mm512_dpwssd_epi32((__m512i)sum, (__m512i)a, (__m512i)b); }

static inline vf xn_multiply_add(vf sum, vf a, vf b) { return (vf)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)sum); }

static inline void xn_widen(vs v, vi *low, vi *high) {
  *low = (vi)_mm512_cvtepi16_epi32(_mm512_castsi512_si256((__m512i)v));
  *high = (vi)_mm512_cvtepi16_epi32(_mm512_extracti64x4_epi64((__m512i)v, 1));
}

static inline uint32_t xn_negative(const float *x) {
  uint32_t low = _mm512_cmp_ps_mask(_mm512_loadu_ps(x), _mm512_setzero_ps(), _CMP_LT_OQ);
  uint32_t high = _mm512_cmp_ps_mask(_mm512_loadu_ps(x + 16), _mm512_setzero_ps(), _CMP_LT_OQ);
  return low | high << 16;
}

static inline uint32_t xn_at_most(const float *x, const float *limit) {
  uint32_t low = _mm512_cmp_ps_mask(_mm512_loadu_ps(x), _mm512_loadu_ps(limit), _CMP_LE_OQ);
  uint32_t high = _mm512_cmp_ps_mask(_mm512_loadu_ps(x + 16), _mm512_loadu_ps(limit + 16), _CMP_LE_OQ);
  return low | high << 16;
}

#include "kernels.inc"
#else
typedef int xn_not_of_this_architecture;
#endif
