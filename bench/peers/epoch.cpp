// Seconds per epoch of a job in C++, written for the vectors of the processor: prints seconds and mean loss, an epoch a
// line. One loop over the batches, all of a step in it: gather and normalize, products on register tiles, bias and ReLU
// where a tile is stored, softmax, and the update of a weight where its gradient's tile is done. Nothing is stored that
// the next step does not need.
//
//   g++ -O3 -march=native -DLANES=16 -DSIZES=784,30,10 -DBATCH=64 -DLR=0.001f -DMEAN_LOSS=0 -DMEAN_GRADIENT=0 epoch.cpp
//   epoch DATA START EPOCHS
//
// LANES is the number of floats in a vector: 16 for AVX-512; 4, with -ffp-contract=off, for what 128 bits and no fused
// multiply-add allow. START holds the initial parameters and the orders.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

typedef float vec __attribute__((vector_size(4 * LANES)));
typedef unsigned char bytes __attribute__((vector_size(LANES)));

constexpr int ROWS = 60000, CLASSES = 10;
constexpr int sizes[] = {SIZES};
constexpr int LAYERS = sizeof(sizes) / sizeof(int) - 1;

constexpr int padded(int n) { return (n + LANES - 1) / LANES * LANES; }

static vec load(const float* p) { vec v; std::memcpy(&v, p, sizeof v); return v; }
static void store(float* p, vec v) { std::memcpy(p, &v, sizeof v); }

template <class T>
static std::vector<T> read(const std::string& path, int skip, size_t count) {
  std::vector<T> values(count);
  FILE* file = std::fopen(path.c_str(), "rb");
  if (!file || std::fseek(file, skip, SEEK_SET) || std::fread(values.data(), sizeof(T), count, file) != count) std::exit(2);
  std::fclose(file);
  return values;
}

static float* zeros(size_t count) {
  void* p = std::aligned_alloc(64, (count * 4 + 63) / 64 * 64);
  std::memset(p, 0, count * 4);
  return static_cast<float*>(p);
}

// A tile of R rows and V vectors of a product: sums over `depth` of a, at [row * aRow + k * aDepth], times row k of b.
// `done(row, column, vector)` gets what comes out. The tile's sums stay in registers.
template <int R, int V, class Done>
static inline __attribute__((always_inline)) void tile(const float* a, int aRow, int aDepth, const float* b, int bRow,
                                                       int depth, int row, int column, Done done) {
  vec sums[R][V] = {};
  for (int k = 0; k < depth; k++) {
    vec right[V];
    for (int v = 0; v < V; v++) right[v] = load(b + k * bRow + column + v * LANES);
    for (int r = 0; r < R; r++) {
      const float left = a[(row + r) * aRow + k * aDepth];
      for (int v = 0; v < V; v++) sums[r][v] += left * right[v];
    }
  }
  for (int r = 0; r < R; r++)
    for (int v = 0; v < V; v++) done(row + r, column + v * LANES, sums[r][v]);
}

// The whole product, `rows` by `columns` (a multiple of LANES): tiles of at most R by V, smaller ones at the edges.
template <int R, int V, class Done>
static inline __attribute__((always_inline)) void product(const float* a, int aRow, int aDepth, const float* b, int bRow,
                                                          int rows, int columns, int depth, Done done) {
  int column = 0;
  for (; column + V * LANES <= columns; column += V * LANES) {
    int row = 0;
    for (; row + R <= rows; row += R) tile<R, V>(a, aRow, aDepth, b, bRow, depth, row, column, done);
    for (; row < rows; row++) tile<1, V>(a, aRow, aDepth, b, bRow, depth, row, column, done);
  }
  for (; column < columns; column += LANES) {
    int row = 0;
    for (; row + R <= rows; row += R) tile<R, 1>(a, aRow, aDepth, b, bRow, depth, row, column, done);
    for (; row < rows; row++) tile<1, 1>(a, aRow, aDepth, b, bRow, depth, row, column, done);
  }
}

// 28 sums and what they need fit into AVX-512's 32 registers: 14 rows of two vectors. 128 bits: 3 rows of 8 vectors.
#if LANES == 16
constexpr int TILE_ROWS = 14, TILE_VECTORS = 2;
#else
constexpr int TILE_ROWS = 3, TILE_VECTORS = 8;
#endif

// Layer L, its weights transposed: [IN][OUT padded]. The padding is 0 and stays 0. Layers after the first also keep
// [OUT][IN padded], for the gradient of their input.
template <int L>
struct Layer {
  static constexpr int IN = sizes[L], OUT = sizes[L + 1], WIDE = padded(OUT), IN_WIDE = padded(IN);
  static constexpr int V = std::min(TILE_VECTORS, WIDE / LANES), R = V == 1 ? 16 : TILE_ROWS;
  static constexpr bool LAST = L == LAYERS - 1;
  float* weight = zeros(IN * WIDE);
  float* bias = zeros(WIDE);
  float* turned = L > 0 ? zeros(OUT * IN_WIDE) : nullptr;
  float* out = zeros(BATCH * WIDE);
  float* dOut = zeros(BATCH * WIDE);

  const float* take(const float* from) {
    for (int o = 0; o < OUT; o++)
      for (int i = 0; i < IN; i++) weight[i * WIDE + o] = *from++;
    std::copy(from, from + OUT, bias);
    turn();
    return from + OUT;
  }

  void turn() {
    if (L == 0) return;
    for (int i = 0; i < IN; i++)
      for (int o = 0; o < OUT; o++) turned[o * IN_WIDE + i] = weight[i * WIDE + o];
  }

  void forward(const float* x, int xRow, int n) {
    product<R, V>(x, xRow, 1, weight, WIDE, n, WIDE, IN, [&](int row, int column, vec z) {
      z += load(bias + column);
      store(out + row * WIDE + column, LAST ? z : z > 0 ? z : vec{});
    });
  }

  // dx = dOut * weight, where the ReLU of the layer below was open.
  void backward(const float* below, float* dBelow, int n) {
    product<TILE_ROWS, TILE_VECTORS>(dOut, WIDE, 1, turned, IN_WIDE, n, IN_WIDE, OUT, [&](int row, int column, vec d) {
      const int at = row * IN_WIDE + column;
      store(dBelow + at, load(below + at) > 0 ? d : vec{});
    });
  }

  // The gradient of the weight, tile by tile, and with it the update.
  void update(const float* x, int xRow, int n) {
    product<R, V>(x, 1, xRow, dOut, WIDE, IN, WIDE, n, [&](int row, int column, vec gradient) {
      float* w = weight + row * WIDE + column;
      store(w, load(w) - LR * gradient);
    });
    for (int column = 0; column < WIDE; column += LANES) {
      vec gradient = {};
      for (int i = 0; i < n; i++) gradient += load(dOut + i * WIDE + column);
      store(bias + column, load(bias + column) - LR * gradient);
    }
    turn();
  }
};

template <int L = 0>
struct Net {
  Layer<L> layer;
  Net<L + 1> rest;
  const float* take(const float* from) { return rest.take(layer.take(from)); }
  void forward(const float* x, int xRow, int n) { layer.forward(x, xRow, n), rest.forward(layer.out, layer.WIDE, n); }
  template <class Below = int> auto& last(Below* = nullptr) { return rest.last(&layer); }
  void backward(const float* x, int xRow, int n) {
    rest.backwardInto(layer, n);
    layer.update(x, xRow, n);
  }
  template <class Below> void backwardInto(Below& below, int n) {
    rest.backwardInto(layer, n);
    layer.backward(below.out, below.dOut, n);
    layer.update(below.out, below.WIDE, n);
  }
};
template <>
struct Net<LAYERS> {
  const float* take(const float* from) { return from; }
  void forward(const float*, int, int) {}
  template <class Below> Below& last(Below* below) { return *below; }
  template <class Below> void backwardInto(Below&, int) {}
};

// Softmax and loss of `n` rows of logits; dOut becomes the gradient of the logits. The mean loss's is divided by n.
template <class Last>
static double loss(Last& last, const unsigned char* labels, const int* rows, int n) {
  double total = 0;
  const float share = MEAN_GRADIENT ? 1.0f / n : 1.0f;
  for (int i = 0; i < n; i++) {
    const float* z = last.out + i * last.WIDE;
    float* d = last.dOut + i * last.WIDE;
    const float most = *std::max_element(z, z + CLASSES);
    float all = 0;
    for (int c = 0; c < CLASSES; c++) all += d[c] = std::exp(z[c] - most);
    const int y = labels[rows[i]];
    total -= std::log(std::clamp(d[y] / all, 1e-10f, 1.0f));
    for (int c = 0; c < CLASSES; c++) d[c] = (d[c] / all - (c == y)) * share;
  }
  return MEAN_LOSS ? total / n : total;
}

int main(int, char** argv) {
  const std::string data = argv[1], start = argv[2];
  const int epochs = std::atoi(argv[3]), IN = sizes[0];
  const auto pixels = read<unsigned char>(data + "/train-images-idx3-ubyte", 16, (size_t)ROWS * IN);
  const auto labels = read<unsigned char>(data + "/train-labels-idx1-ubyte", 8, ROWS);
  const auto orders = read<int>(start + "/orders.i32", 0, (size_t)epochs * ROWS);
  size_t parameters = 0;
  for (int l = 0; l < LAYERS; l++) parameters += (sizes[l] + 1) * sizes[l + 1];
  static Net<> net;
  net.take(read<float>(start + "/parameters.f32", 0, parameters).data());
  float* x = zeros(BATCH * IN);

  for (int epoch = 0; epoch < epochs; epoch++) {
    const int* order = orders.data() + (size_t)epoch * ROWS;
    const auto started = std::chrono::steady_clock::now();
    double total = 0;
    for (int first = 0; first < ROWS; first += BATCH) {
      const int n = std::min(BATCH, ROWS - first);
      for (int i = 0; i < n; i++) {
        const unsigned char* image = pixels.data() + (size_t)order[first + i] * IN;
        static_assert(sizes[0] % LANES == 0, "the gather takes whole vectors");
        for (int k = 0; k < IN; k += LANES) {
          bytes pixel;
          std::memcpy(&pixel, image + k, sizeof pixel);
          store(x + i * IN + k, __builtin_convertvector(pixel, vec) * (1 / (255 * 0.3081f)) - 0.1307f / 0.3081f);
        }
      }
      net.forward(x, IN, n);
      total += loss(net.last(), labels.data(), order + first, n);
      net.backward(x, IN, n);
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
    std::printf("%.6f %.6f\n", took.count(), total / ((ROWS + BATCH - 1) / BATCH));
    std::fflush(stdout);
  }
}
