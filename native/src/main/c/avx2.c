/* AVX2 with FMA: bits are counted by byte shuffles, pairs of shorts multiplied and added. */
#if defined(__x86_64__)
#include <immintrin.h>

#define XN_BYTES 32
#define XN_ROWS 4
#define XN_PANELS 1
#define XN_COUNTS_LANES 0
#define XN_GROUP 3
#define XN_COLUMNS_OF_FLOATS 2
#define XN_COLUMNS_OF_PAIRS 2
#define XN_ROWS_OF_PAIRS 2
#define XN_TABLE xn_avx2
#include "vectors.h"

/* Lanes of a table by the lower three bits of each lane of an index. */
static inline vi xn_permute(vi table, vi index) {
  return (vi)_mm256_permutevar8x32_epi32((__m256i)table, (__m256i)index);
}

static inline vi xn_one_of_four(const int32_t *four, vi index) {
  return (vi)_mm256_permutevar_ps(_mm256_broadcast_ps((const __m128 *)four), (__m256i)index);
}

/* The number of set bits of each byte. */
static inline vb xn_count_bytes(vi v) {
  const __m256i counts = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2,
                                          3, 2, 3, 3, 4);
  const __m256i nibble = _mm256_set1_epi8(15);
  __m256i low = _mm256_and_si256((__m256i)v, nibble);
  __m256i high = _mm256_and_si256(_mm256_srli_epi16((__m256i)v, 4), nibble);
  return (vb)_mm256_add_epi8(_mm256_shuffle_epi8(counts, low), _mm256_shuffle_epi8(counts, high));
}

/* The four bytes of each lane added up. */
static inline vi xn_fold(vb v) {
  __m256i pairs = _mm256_maddubs_epi16((__m256i)v, _mm256_set1_epi8(1));
  return (vi)_mm256_madd_epi16(pairs, _mm256_set1_epi16(1));
}

static inline vi xn_madd(vi sum, vi a, vi b) { return sum + (vi)_mm256_madd_epi16((__m256i)a, (__m256i)b); }

static inline vf xn_multiply_add(vf sum, vf a, vf b) { return (vf)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)sum); }

static inline void xn_widen(vs v, vi *low, vi *high) {
  *low = (vi)_mm256_cvtepi16_epi32(_mm256_castsi256_si128((__m256i)v));
  *high = (vi)_mm256_cvtepi16_epi32(_mm256_extracti128_si256((__m256i)v, 1));
}

static inline uint32_t xn_negative(const float *x) {
  uint32_t word = 0;
  for (int j = 0; j < 4; j++) {
    __m256 less = _mm256_cmp_ps(_mm256_loadu_ps(x + 8 * j), _mm256_setzero_ps(), _CMP_LT_OQ);
    word |= (uint32_t)_mm256_movemask_ps(less) << (8 * j);
  }
  return word;
}

static inline uint32_t xn_at_most(const float *x, const float *limit) {
  uint32_t word = 0;
  for (int j = 0; j < 4; j++) {
    __m256 holds = _mm256_cmp_ps(_mm256_loadu_ps(x + 8 * j), _mm256_loadu_ps(limit + 8 * j), _CMP_LE_OQ);
    word |= (uint32_t)_mm256_movemask_ps(holds) << (8 * j);
  }
  return word;
}

#include "kernels.inc"
#else
typedef int xn_not_of_this_architecture;
#endif
