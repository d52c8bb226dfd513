#include "tests/fuzz/targets.hpp"

#include <array>

#include "datasets/csv.hpp"
#include "datasets/gzip.hpp"
#include "datasets/idx.hpp"
#include "datasets/npz.hpp"
#include "datasets/png.hpp"
#include "tests/datasets/files.hpp"
#include "tests/datasets/numpy_files.hpp"
#include "tests/language/elaborated.hpp"
#include "tracer/claims/program.hpp"
#include "tracer/claims/read_claims.hpp"
#include "tracer/derive/derive.hpp"
#include "tracer/error.hpp"
#include "tracer/grade/marking.hpp"
#include "tracer/render/derivation_page.hpp"
#include "tracer/render/formats.hpp"
#include "tracer/sweep/folder.hpp"
#include "tracer/sweep/space.hpp"
#include "tracer/train/model_file.hpp"
#include "tracer/train/safetensors.hpp"

namespace tracer::fuzz {
namespace {

using Seeds = std::vector<std::string>;

std::span<const unsigned char> bytes_in(std::string_view text) {
  return {reinterpret_cast<const unsigned char*>(text.data()), text.size()};
}
Bytes copy_of(std::string_view text) { return {text.begin(), text.end()}; }
std::string text_of(const Bytes& bytes) { return {bytes.begin(), bytes.end()}; }

// ---- lessons

constexpr std::string_view small_lesson =
    "# A neuron and what it is asked\n"
    "let h = 2\n"
    "param W = [[0.5, -1/3], [1e-2, 2]]\n"
    "param b = [0.1, 0]\n"
    "data X, Y in ([1, 2], [1, 0]), ([0.5, -1], [0, 1])\n"
    "Z = W @ X + b\n"
    "A = leaky_relu(Z, slope=0.1)\n"
    "P = softmax(A)\n"
    "L = cross_entropy(P, Y) + 0.01*sum(W**2)/h\n"
    "train L with adam(lr=0.1, betas=(0.9, 0.999)), batch_size=1, epochs=1, clip_norm=1\n"
    "expect step 1: P[0, 0] <= 1, dL/db[0] >= -9\n";

constexpr std::string_view pasted_lesson =
    "x = np.array([1.0, 2.0])\n"
    "w = param([[0.5, 0.25]])\n"
    "z = np.dot(w, x).reshape(-1, 1)\n"
    "h = np.where(z > 0, np.tanh(z), 0)\n"
    "loss = np.mean((h - 1)**2)  # squared\n"
    "grad loss wrt w, x\n";

constexpr std::string_view generated_lesson =
    "seed 3\n"
    "param W1 = kaiming(4, 2); param W2 = normal(1, 4, std=0.5)\n"
    "data X, y = circles(20, factor=0.5, noise=0.1)\n"
    "N = batch_norm(W1 @ X, ones(4, 1), zeros(4, 1), eps=1e-5)\n"
    "A = dropout(tanh(N), p=0.25)\n"
    "q = sigmoid(W2 @ A)\n"
    "L = bce(q, y)\n"
    "train L with sgd(lr=1/10), batch_size=10, epochs=1, schedule=step(2, 0.5)\n";

Seeds lessons() {
  return {std::string(small_lesson), std::string(pasted_lesson), std::string(generated_lesson),
          "param a = 3\nlet b = 2**10\nc = maximum(a, b) - |a|\nL = c^2\ngrad L\n",
          "param a = 3\nL = a^2\nM = 2*a\ngrad L, M wrt a\n"};
}

void read_lesson(std::string_view text) {
  const Program program = lesson(text);
  program.graph(program.data && program.training ? std::min(program.data->count, 2) : 1);
}

void derive_lesson(std::string_view text) {
  ElaborateOptions reading;
  reading.several_losses = true;
  const Program program = lesson(text, reading);
  DeriveOptions options;
  options.steps = 2;
  options.most_bits = 512;
  const DeriveResult result = derive(program, options);
  write(page_of(result.derivation, {}), "text", {});
}

void read_setting(std::string_view text) { parse_setting(text); }
void read_data_call(std::string_view text) { samples_of_call(text, 1, "--data"); }

// ---- answers and claims, of the first lesson

const Program& small_program() {
  static const Program program = lesson(small_lesson);
  return program;
}

void read_answers_file(std::string_view text) {
  LessonPages pages(small_program(), Working{256, 4096});
  read_sheet(read_answers(Source("test.answers", std::string(text))), pages, {});
}

void read_claims(std::string_view bytes) {
  static const auto batch = small_program().graph(2);
  claims_from(parse_named_arrays(bytes, "claims", "W"), small_program(), *batch);
}

void read_program_answer(std::string_view text) {
  arrays_in_answer({std::string(text), ""}, "./program");
}

Seeds json_claims() {
  return {R"({"L": 0.5, "dL/dW": [[1.5, -2], [0, 3e-1]], "dL/db": [0.25, 1]})",
          R"({"grads": {"W": [[1, 2], [3, 4]], "b": [[0.1], [NaN]]}, "params": {"W": [1, 2]}})"};
}

// ---- binary files

Array<float> six_numbers() {
  Array<float> x(3, 2);
  x << 1, 2, 3, 4, 5, 6;
  return x;
}

Seeds npy_files() {
  return {text_of(npy_bytes(npy_array(six_numbers()))),
          text_of(npy_bytes(npy_array(Array<double>(six_numbers().cast<double>()))))};
}
Seeds npz_files() {
  return {text_of(from_hex(numpy_savez)), text_of(from_hex(numpy_savez_compressed))};
}
Seeds safetensors_files() {
  return {safetensors_bytes({{{"format", "pt"}}, {{"W", stored(Tensor(six_numbers()))}}})};
}
Seeds all_claims() {
  Seeds all = json_claims();
  all.emplace_back("dL/dW,0,0,1.5\ndL/dW,0,1,-2\ndL/dW,1,0,0\ndL/dW,1,1,3\nL,0.5\n");
  all.emplace_back("dL/dW\n1.5 -2\n0 3\n\ndL/db\n1\n2\n");
  for (const auto& more : {npy_files(), npz_files(), safetensors_files()})
    all.insert(all.end(), more.begin(), more.end());
  return all;
}

}  // namespace

std::span<const Target> targets() {
  static constexpr std::array all{
      Target{"lesson", read_lesson, lessons},
      Target{"derive", derive_lesson, lessons},
      Target{"setting", read_setting,
             [] {
               return Seeds{"w=2", "W = [[1, 2], [3, -1/3]]", "x=1e-3"};
             }},
      Target{"data-call", read_data_call,
             [] {
               return Seeds{"circles(30, noise=0.1)", "moons(20)",
                            "blobs(30, classes=3)",   "linear(10, features=4)",
                            "spirals(30, noise=0.1)", "xor()"};
             }},
      Target{"answers", read_answers_file,
             [] {
               return Seeds{
                   "Sample 1\nZ = [[-1/6], [4.01]]\ndL/db = [0.5, -0.5]\nW[0,1] = 0.25 = 1/4\n",
                   "step 2:\nL = 0.3 + 0.1*2 = 0.5; dL/dW = [[1, 2],\n  [3, 4]]\n∂L/∂b₁ ≈ −3.5\n"};
             }},
      Target{"claims", read_claims, all_claims},
      Target{"program-answer", read_program_answer, json_claims},
      Target{"csv", [](std::string_view text) { parse_csv(text, "f.csv"); },
             [] {
               return Seeds{"label,x,\"y, quoted\"\r\n0,1.5,-2e3\r\n1,\"3\",.25\r\n0,1,1\n",
                            "5.1,3.5,setosa\n4.9,3.0,\"versi\"\"color\"\n6,1e2,setosa\n",
                            "1;2;3\n4;5;6\n"};
             }},
      Target{"npy", [](std::string_view b) { parse_npy(bytes_in(b), "f.npy"); }, npy_files},
      Target{"npz", [](std::string_view b) { npz_dataset(Npz(copy_of(b), "f.npz")); }, npz_files},
      Target{"safetensors", [](std::string_view b) { parse_safetensors(b, "f.safetensors"); },
             safetensors_files},
      Target{"idx",
             [](std::string_view b) { idx_dataset(copy_of(b), "images", nullptr, "labels"); },
             [] { return Seeds{text_of(three_pictures())}; }},
      Target{"idx-labels",
             [](std::string_view b) {
               const Bytes labels = copy_of(b);
               idx_dataset(three_pictures(), "images", &labels, "labels");
             },
             [] { return Seeds{text_of(three_labels())}; }},
      Target{"gzip",
             [](std::string_view b) {
               if (is_gzip(bytes_in(b))) inflate_gzip(bytes_in(b), "f.gz", std::size_t{1} << 24U);
             },
             [] { return Seeds{text_of(gzipped(bytes_of("1,2,0\n3,4,1\n")))}; }},
      Target{"png", [](std::string_view b) { png_dataset(copy_of(b), "f.png"); },
             [] {
               // 8×8 gray, a cross, by Python's zlib and struct
               return Seeds{text_of(from_hex(
                   "89504e470d0a1a0a0000000d4948445200000008000000080800000000e164e157000000"
                   "1849444154789c63604002ffffa332fe83013203530d140000cd9613ed8eec7b61000000"
                   "0049454e44ae426082"))};
             }},
      Target{"sweep-option", [](std::string_view text) { parse_sweep_option(text); },
             [] {
               return Seeds{"lr=0.2,0.02", "schedule=cosine,step(step_size=10, gamma=0.1)",
                            "h=10..50 step 10", "lr=log(1e-4, 1e-1, 7)"};
             }},
      Target{"runs",
             [](std::string_view text) {
               if (results_in(text).empty()) throw Error("no whole line");
             },
             [] {
               const PlannedRun run{"0123456789abcdef", 0, 3, 0, Source("a.lesson", "L = 1\n")};
               return Seeds{head_of_runs() + "\n" + line_of(run, "lr=0.1, h=\"3\"", {}) + "\n"};
             }},
      Target{"outline", [](std::string_view text) { outline_from_json(std::string(text)); },
             [] { return Seeds{outline_json(outline_of(small_program()).value())}; }},
  };
  return all;
}

bool is_read(const Target& target, std::string_view bytes) {
  try {
    target.read(bytes);
    return true;
  } catch (const Error&) {
    return false;
  } catch (const Undecided&) {
    return false;
  }
}

}  // namespace tracer::fuzz
