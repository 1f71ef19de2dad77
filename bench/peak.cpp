// The peak of products and sums that are not fused, with vectors of LANES floats: prints GFLOP/s. Chains
// `s = s * a + b`, independent of each other, all in registers, no memory: what bounds every kernel in PyTorch's order.
//
//   g++ -O3 -march=native -ffp-contract=off -DLANES=16 peak.cpp
#include <algorithm>
#include <chrono>
#include <cstdio>

// In any of the 32 registers of AVX-512.
#if LANES == 16
#define IN_REGISTER(x) "+v"(x)
#else
#define IN_REGISTER(x) "+x"(x)
#endif

typedef float vec __attribute__((vector_size(4 * LANES)));
constexpr int CHAINS = LANES == 16 ? 24 : 12, PASSES = 200000, ROUNDS = 15;

/** The sum of the chains. A template, so that each is a variable of its own and not an element of an array in memory. */
template <int COUNT>
struct Chains {
  vec s;
  Chains<COUNT - 1> others;
  explicit Chains(vec start) : s(start + 1.0f * COUNT), others(start) {}
  void step(vec a, vec b) { s = s * a + b; others.step(a, b); }
  vec sum() const { return s + others.sum(); }
};
template <>
struct Chains<0> {
  explicit Chains(vec) {}
  void step(vec, vec) {}
  vec sum() const { return vec{}; }
};

int main() {
  vec a = vec{} + 0.5f, b = vec{} + 1.0f, total = vec{};
  double best = 0;
  for (int round = 0; round < ROUNDS; round++) {
    // The compiler must not know the values.
    asm volatile("" : IN_REGISTER(a), IN_REGISTER(b));
    Chains<CHAINS> chains(b);
    const auto started = std::chrono::steady_clock::now();
    for (int pass = 0; pass < PASSES; pass++) chains.step(a, b);
    total += chains.sum();
    asm volatile("" : IN_REGISTER(total));
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
    best = std::max(best, 2.0 * LANES * CHAINS * PASSES / seconds / 1e9);
  }
  std::printf("%.2f\n", best);
}
