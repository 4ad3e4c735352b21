/* What one thread can do at most: the instructions of binary products on registers only. Prints GMAC/s. */
#include <stdio.h>
#include <time.h>

#if defined(__AVX512F__) || defined(__AVX2__)
#include <immintrin.h>

#define TURNS 10000
#define BEST 400 /* the fastest of so many repeats: the rest is other people's noise */

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + 1e-9 * t.tv_nsec;
}

#define EACH8(S) S(0) S(1) S(2) S(3) S(4) S(5) S(6) S(7)
#define EACH12(S) EACH8(S) S(8) S(9) S(10) S(11)
/* keeps a sum in a register and the compiler from seeing through it */
#define HIDE(x) __asm__ volatile("" : "+v"(x))

#if defined(__AVX512VPOPCNTDQ__)
#define BITS 512
typedef __m512i bits;
static inline bits zero(void) { return _mm512_setzero_si512(); }
static inline bits count(bits s, bits v) { return _mm512_add_epi32(s, _mm512_popcnt_epi32(_mm512_xor_si512(s, v))); }
#else
#define BITS 256
typedef __m256i bits;
static inline bits zero(void) { return _mm256_setzero_si256(); }
static inline bits count(bits s, bits v) {
  const bits nibble = _mm256_set1_epi8(15);
  const bits table = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4, 0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
  bits x = _mm256_xor_si256(s, v);
  bits low = _mm256_shuffle_epi8(table, _mm256_and_si256(x, nibble));
  bits high = _mm256_shuffle_epi8(table, _mm256_and_si256(_mm256_srli_epi16(x, 4), nibble));
  return _mm256_add_epi8(s, _mm256_add_epi8(low, high));
}
#endif

#if defined(__AVX512F__)
#define LANES 16
#define ELEMENTS 4
typedef __m512 floats;
static inline floats ones(void) { return _mm512_set1_ps(1); }
static inline floats multiply_add(floats s, floats x) { return _mm512_fmadd_ps(s, x, x); }
static inline floats look_up(floats s) { return _mm512_add_ps(s, _mm512_permutexvar_ps(_mm512_setr_epi32(5, 3, 9, 1, 0, 12, 4, 6, 8, 2, 10, 15, 7, 13, 14, 11), s)); }
#else
#define LANES 8
#define ELEMENTS 3
typedef __m256 floats;
static inline floats ones(void) { return _mm256_set1_ps(1); }
static inline floats multiply_add(floats s, floats x) { return _mm256_fmadd_ps(s, x, x); }
static inline floats look_up(floats s) { return _mm256_add_ps(s, _mm256_permutevar8x32_ps(s, _mm256_setr_epi32(5, 3, 1, 0, 4, 6, 2, 7))); }
#endif

static volatile float sink;

static double popcount(void) {
  double best = 1e9;
  for (int repeat = 0; repeat < BEST; repeat++) {
    bits v = zero();
    HIDE(v);
#define DECLARE(i) bits s##i = zero(); HIDE(s##i);
    EACH8(DECLARE)
    double start = now();
    for (int t = 0; t < TURNS; t++) {
#define STEP(i) s##i = count(s##i, v); HIDE(s##i);
      EACH8(STEP)
    }
    double seconds = now() - start;
    best = seconds < best ? seconds : best;
  }
  return 8.0 * TURNS * BITS / best * 1e-9;
}

#define FLOAT_LOOP(NAME, EXPRESSION)                                 \
  static double NAME(void) {                                         \
    double best = 1e9;                                               \
    for (int repeat = 0; repeat < BEST; repeat++) {                  \
      floats x = ones();                                             \
      HIDE(x);                                                       \
      floats s0 = x, s1 = x, s2 = x, s3 = x, s4 = x, s5 = x;         \
      floats s6 = x, s7 = x, s8 = x, s9 = x, s10 = x, s11 = x;       \
      EACH12(HIDDEN)                                                 \
      double start = now();                                          \
      for (int t = 0; t < TURNS; t++) {                              \
        EACH12(EXPRESSION)                                           \
      }                                                              \
      double seconds = now() - start;                                \
      best = seconds < best ? seconds : best;                        \
      floats sum = x;                                                \
      EACH12(SUM)                                                    \
      sink = *(float *)&sum;                                         \
    }                                                                \
    return 12.0 * TURNS * LANES / best * 1e-9;                       \
  }
#define HIDDEN(i) HIDE(s##i);
#define SUM(i) sum += s##i;
#define FMA(i) s##i = multiply_add(s##i, x); HIDE(s##i);
#define LOOKUP(i) s##i = look_up(s##i); HIDE(s##i);
FLOAT_LOOP(fma_rate, FMA)
FLOAT_LOOP(lookup_rate, LOOKUP)

int main(void) {
  printf("POPCOUNT %f\n", popcount());
  printf("FMA %f\n", fma_rate());
  printf("LOOKUP %f\n", ELEMENTS * lookup_rate());
  return 0;
}
#else
int main(void) { return 0; }
#endif
