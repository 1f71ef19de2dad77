// Seconds per epoch of the two-layer job in C++: plain loops that the compiler vectorizes (g++ -O3 -march=native
// -ffast-math). Prints one line an epoch: seconds, mean loss. Usage: epoch FOLDER EPOCHS
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <random>
#include <string>
#include <vector>

constexpr int ROWS = 60000, IN = 784, HIDDEN = 30, OUT = 10, BATCH = 64;
constexpr float LR = 0.001f;

static std::vector<unsigned char> read(const std::string& path, int skip, int count) {
  std::vector<unsigned char> bytes(count);
  FILE* file = std::fopen(path.c_str(), "rb");
  if (!file || std::fseek(file, skip, SEEK_SET) || std::fread(bytes.data(), 1, count, file) != (size_t)count) std::exit(2);
  std::fclose(file);
  return bytes;
}

int main(int, char** argv) {
  const std::string folder = argv[1];
  const auto pixels = read(folder + "/train-images-idx3-ubyte", 16, ROWS * IN);
  const auto labels = read(folder + "/train-labels-idx1-ubyte", 8, ROWS);
  float table[256];
  for (int v = 0; v < 256; v++) table[v] = (v / 255.0f - 0.1307f) / 0.3081f;

  std::mt19937 draw(0);
  auto fill = [&](std::vector<float>& values, int inputs) {
    std::uniform_real_distribution<float> uniform(-1 / std::sqrt(inputs), 1 / std::sqrt(inputs));
    for (float& value : values) value = uniform(draw);
  };
  std::vector<float> w1(HIDDEN * IN), b1(HIDDEN), w2(OUT * HIDDEN), b2(OUT);
  fill(w1, IN), fill(b1, IN), fill(w2, HIDDEN), fill(b2, HIDDEN);
  std::vector<float> x(BATCH * IN), gw1(HIDDEN * IN);
  static float h[BATCH][HIDDEN], dh[BATCH][HIDDEN], p[BATCH][OUT];
  std::vector<int> order(ROWS);
  std::iota(order.begin(), order.end(), 0);

  for (int epoch = 0; epoch < std::atoi(argv[2]); epoch++) {
    std::shuffle(order.begin(), order.end(), draw);
    const auto started = std::chrono::steady_clock::now();
    double loss = 0;
    for (int first = 0; first < ROWS; first += BATCH) {
      const int n = std::min(BATCH, ROWS - first);
      for (int i = 0; i < n; i++)
        for (int k = 0; k < IN; k++) x[i * IN + k] = table[pixels[(size_t)order[first + i] * IN + k]];
      for (int i = 0; i < n; i++) {
        for (int j = 0; j < HIDDEN; j++) {
          float sum = 0;
          for (int k = 0; k < IN; k++) sum += x[i * IN + k] * w1[j * IN + k];
          h[i][j] = std::max(0.0f, sum + b1[j]);
        }
        float most = -INFINITY, total = 0;
        for (int c = 0; c < OUT; c++) {
          float sum = b2[c];
          for (int j = 0; j < HIDDEN; j++) sum += h[i][j] * w2[c * HIDDEN + j];
          p[i][c] = sum, most = std::max(most, sum);
        }
        for (int c = 0; c < OUT; c++) total += p[i][c] = std::exp(p[i][c] - most);
        for (int c = 0; c < OUT; c++) p[i][c] /= total;
        const int y = labels[order[first + i]];
        loss -= std::log(std::clamp(p[i][y], 1e-10f, 1.0f));
        p[i][y] -= 1;
        for (int j = 0; j < HIDDEN; j++) {
          float sum = 0;
          for (int c = 0; c < OUT; c++) sum += p[i][c] * w2[c * HIDDEN + j];
          dh[i][j] = h[i][j] > 0 ? sum : 0;
        }
      }
      std::fill(gw1.begin(), gw1.end(), 0.0f);
      for (int i = 0; i < n; i++)
        for (int j = 0; j < HIDDEN; j++)
          if (dh[i][j] != 0)
            for (int k = 0; k < IN; k++) gw1[j * IN + k] += dh[i][j] * x[i * IN + k];
      for (int i = 0; i < n; i++) {
        for (int c = 0; c < OUT; c++) b2[c] -= LR * p[i][c];
        for (int j = 0; j < HIDDEN; j++) b1[j] -= LR * dh[i][j];
      }
      for (int c = 0; c < OUT; c++)
        for (int j = 0; j < HIDDEN; j++) {
          float sum = 0;
          for (int i = 0; i < n; i++) sum += p[i][c] * h[i][j];
          w2[c * HIDDEN + j] -= LR * sum;
        }
      for (int k = 0; k < HIDDEN * IN; k++) w1[k] -= LR * gw1[k];
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
    std::printf("%.6f %.6f\n", took.count(), loss / 938);
    std::fflush(stdout);
  }
}
