#include "datasets/npy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cstring>
#include <string_view>

namespace tracer {
namespace {

constexpr std::string_view magic("\x93NUMPY", 6);

using Values = std::variant<std::vector<float>, std::vector<double>>;

/// A truth value, of which any byte but 0 is a 1.
struct Truth {
  unsigned char byte;
  explicit operator float() const { return byte != 0 ? 1 : 0; }
};

// The numbers of type T that lie in the bytes, as `To`. Here the processor is little-endian.
static_assert(std::endian::native == std::endian::little);
template <class T, class To>
Values numbers(std::span<const unsigned char> bytes, bool big_endian) {
  std::vector<To> values;
  values.reserve(bytes.size() / sizeof(T));
  for (; !bytes.empty(); bytes = bytes.subspan(sizeof(T))) {
    std::array<unsigned char, sizeof(T)> one{};
    std::ranges::copy(bytes.first(sizeof(T)), one.begin());
    if (big_endian) std::ranges::reverse(one);
    values.push_back(static_cast<To>(std::bit_cast<T>(one)));
  }
  return values;
}

struct Type {
  std::string_view code;
  std::size_t bytes;
  Values (*read)(std::span<const unsigned char>, bool big_endian);
};
constexpr std::array types{
    Type{"b1", 1, numbers<Truth, float>},          Type{"u1", 1, numbers<std::uint8_t, float>},
    Type{"u2", 2, numbers<std::uint16_t, float>},  Type{"u4", 4, numbers<std::uint32_t, double>},
    Type{"u8", 8, numbers<std::uint64_t, double>}, Type{"i1", 1, numbers<std::int8_t, float>},
    Type{"i2", 2, numbers<std::int16_t, float>},   Type{"i4", 4, numbers<std::int32_t, double>},
    Type{"i8", 8, numbers<std::int64_t, double>},  Type{"f2", 2, numbers<Eigen::half, float>},
    Type{"f4", 4, numbers<float, float>},          Type{"f8", 8, numbers<double, double>}};

struct NpyHeader {
  std::string descr;  // byte order, kind, bytes: "<f4"
  bool fortran = false;
  std::vector<std::int64_t> shape;
};

// A dictionary in Python's notation with its keys in any order:
//   {'descr': '<f4', 'fortran_order': False, 'shape': (60000, 28, 28), }
class HeaderReader {
 public:
  HeaderReader(std::string_view text, const std::string& name) : text_(text), name_(name) {}

  NpyHeader read() {
    NpyHeader header;
    bool has_descr = false, has_order = false, has_shape = false;
    expect('{');
    while (!took('}')) {
      const std::string key = quoted();
      expect(':');
      if (key == "descr") {
        if (peek() != '\'' && peek() != '"') {
          fail_file(name_, "holds records of several fields, expected an array of numbers");
        }
        header.descr = quoted();
        has_descr = true;
      } else if (key == "fortran_order") {
        header.fortran = truth();
        has_order = true;
      } else if (key == "shape") {
        header.shape = shape();
        has_shape = true;
      } else {
        bad();
      }
      if (!took(',') && peek() != '}') bad();
    }
    skip_spaces();
    if (at_ != text_.size() || !has_descr || !has_order || !has_shape) bad();
    return header;
  }

 private:
  [[noreturn]] void bad() const {
    fail_file(name_, fmt::format("can't read its header at character {}, expected 'descr', "
                                 "'fortran_order' and 'shape'",
                                 at_ + 1));
  }
  void skip_spaces() {
    while (at_ < text_.size() && std::string_view(" \t\n\r\0", 5).find(text_[at_]) != text_.npos) {
      ++at_;
    }
  }
  char peek() {
    skip_spaces();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool took(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!took(c)) bad();
  }
  std::string quoted() {
    const char quote = peek();
    if (quote != '\'' && quote != '"') bad();
    const std::size_t end = text_.find(quote, at_ + 1);
    if (end == text_.npos) bad();
    std::string word(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return word;
  }
  bool truth() {
    skip_spaces();
    for (const std::string_view word : {"False", "True"}) {
      if (text_.substr(at_).starts_with(word)) {
        at_ += word.size();
        return word == "True";
      }
    }
    bad();
  }
  std::vector<std::int64_t> shape() {
    std::vector<std::int64_t> sizes;
    expect('(');
    while (!took(')')) {
      skip_spaces();
      std::int64_t size = 0;
      const auto [end, problem] =
          std::from_chars(text_.data() + at_, text_.data() + text_.size(), size);
      if (problem != std::errc() || size < 0) bad();
      at_ = static_cast<std::size_t>(end - text_.data());
      took('L');  // Python 2 wrote 3L
      sizes.push_back(size);
      if (!took(',') && peek() != ')') bad();
    }
    return sizes;
  }

  std::string_view text_;
  const std::string& name_;
  std::size_t at_ = 0;
};

// Fortran order has the first index run fastest. Both orders are walked at once: C's position k,
// Fortran's by adding strides, with carries.
template <class Float>
std::vector<Float> in_c_order(const std::vector<Float>& fortran,
                              const std::vector<std::int64_t>& shape) {
  std::vector<std::size_t> stride(shape.size(), 1), index(shape.size(), 0);
  for (std::size_t d = 1; d < shape.size(); ++d) {
    stride[d] = stride[d - 1] * static_cast<std::size_t>(shape[d - 1]);
  }
  std::vector<Float> out;
  out.reserve(fortran.size());
  std::size_t from = 0;
  for (std::size_t k = 0; k < fortran.size(); ++k) {
    out.push_back(fortran[from]);
    for (std::size_t d = shape.size(); d-- > 0;) {
      from += stride[d];
      if (++index[d] < static_cast<std::size_t>(shape[d])) break;
      from -= stride[d] * index[d];
      index[d] = 0;
    }
  }
  return out;
}

}  // namespace

std::size_t NpyArray::size() const {
  return std::visit([](const auto& v) { return v.size(); }, values);
}

double NpyArray::at(std::size_t k) const {
  return std::visit([k](const auto& v) { return static_cast<double>(v[k]); }, values);
}

std::int64_t NpyArray::rows() const { return shape.empty() ? 1 : shape[0]; }

std::int64_t NpyArray::columns() const {
  std::int64_t product = 1;
  for (std::size_t d = 1; d < shape.size(); ++d) product *= shape[d];
  return product;
}

std::string NpyArray::shape_text() const {
  return fmt::format("({}{})", fmt::join(shape, ", "), shape.size() == 1 ? "," : "");
}

template <class Float>
Array<Float> matrix_of(const NpyArray& array) {
  return std::visit(
      [&]<class T>(const std::vector<T>& values) -> Array<Float> {
        using RowMajor = Eigen::Array<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
        return Eigen::Map<const RowMajor>(values.data(), array.rows(), array.columns())
            .template cast<Float>();
      },
      array.values);
}

template <class Float>
Array<Float> transposed_matrix_of(const NpyArray& array) {
  return std::visit(
      [&]<class T>(const std::vector<T>& values) -> Array<Float> {
        // C order of an r × c array is Eigen's own order of a c × r one.
        return Eigen::Map<const Array<T>>(values.data(), array.columns(), array.rows())
            .template cast<Float>();
      },
      array.values);
}

template Array<float> matrix_of(const NpyArray&);
template Array<double> matrix_of(const NpyArray&);
template Array<float> transposed_matrix_of(const NpyArray&);
template Array<double> transposed_matrix_of(const NpyArray&);

namespace {

template <class Float>
NpyArray from_matrix(const Array<Float>& matrix, const char* dtype) {
  std::vector<Float> values(static_cast<std::size_t>(matrix.size()));
  using RowMajor = Eigen::Array<Float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  Eigen::Map<RowMajor>(values.data(), matrix.rows(), matrix.cols()) = matrix;
  return {{matrix.rows(), matrix.cols()}, dtype, std::move(values)};
}

}  // namespace

NpyArray npy_array(const Array<float>& matrix) { return from_matrix(matrix, "f4"); }
NpyArray npy_array(const Array<double>& matrix) { return from_matrix(matrix, "f8"); }

NpyArray parse_npy(std::span<const unsigned char> bytes, const std::string& name) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (!text.starts_with(magic)) fail_file(name, "does not begin as a .npy file does");
  if (bytes.size() < 10) fail_file(name, "ends in its header");
  const int version = bytes[6];
  if (version < 1 || version > 3) {
    fail_file(name,
              fmt::format("is of .npy version {}.{}, expected 1.0, 2.0 or 3.0", version, bytes[7]));
  }
  // Version 1 has two bytes for the length of the header, later ones four.
  const std::size_t start = version == 1 ? 10 : 12;
  if (bytes.size() < start) fail_file(name, "ends in its header");
  std::size_t length = 0;
  for (std::size_t i = start; i-- > 8;) length = length << 8U | bytes[i];
  if (bytes.size() - start < length) fail_file(name, "ends in its header");
  const NpyHeader header = HeaderReader(text.substr(start, length), name).read();

  const std::string_view descr = header.descr;
  const auto type = std::ranges::find_if(types, [&](const Type& t) {
    return descr.size() == 3 && descr.substr(1) == t.code &&
           std::strchr("<>|=", descr[0]) != nullptr;
  });
  if (descr.ends_with('O')) {
    fail_file(
        name,
        "holds Python objects, which are not read here, for they could run code; save numbers: "
        "in Python, np.array(x, dtype=float), and np.savez(file, W1=..., b1=...) for several "
        "arrays");
  }
  if (type == types.end()) {
    fail_file(name,
              fmt::format("has entries of type '{}', expected floats of 2, 4 or 8 bytes, integers "
                          "or bool; in Python, astype(\"float32\") makes them so",
                          header.descr));
  }
  // Written on a big-endian machine, "=" would be that order; nobody does.
  const bool big_endian = descr[0] == '>';
  NpyArray array{header.shape, std::string(type->code), {}};
  const std::span<const unsigned char> content = bytes.subspan(start + length);
  if (array.shape.size() > 32) fail_file(name, "has more than 32 dimensions");
  if (std::ranges::find(array.shape, 0) != array.shape.end()) {
    fail_file(name, fmt::format("has no entries: its shape is {}", array.shape_text()));
  }
  // Checked one size after the other, so that no product overflows.
  std::size_t wanted = type->bytes;
  for (const std::int64_t size : array.shape) {
    const auto n = static_cast<std::uint64_t>(size);
    if (wanted > content.size() / n) {
      fail_file(name,
                fmt::format("is cut off: {} bytes follow the header, too few for {} of {} bytes "
                            "each",
                            content.size(), array.shape_text(), type->bytes));
    }
    wanted *= static_cast<std::size_t>(n);
  }
  if (content.size() != wanted) {
    fail_file(name, fmt::format("{} bytes follow the header, expected {} for {} of {} bytes each",
                                content.size(), wanted, array.shape_text(), type->bytes));
  }
  array.values = type->read(content, big_endian);
  if (header.fortran && array.shape.size() > 1) {
    array.values = std::visit([&](const auto& v) -> Values { return in_c_order(v, array.shape); },
                              array.values);
  }
  return array;
}

NpyArray read_npy(const std::filesystem::path& path) {
  return parse_npy(read_bytes(path), path.string());
}

Bytes npy_bytes(const NpyArray& array) {
  const bool is_double = std::holds_alternative<std::vector<double>>(array.values);
  std::string header = fmt::format("{{'descr': '<f{}', 'fortran_order': False, 'shape': {}, }}",
                                   is_double ? 8 : 4, array.shape_text());
  // NumPy aligns the numbers to 64 bytes, and ends the header with a line feed.
  while ((10 + header.size() + 1) % 64 != 0) header += ' ';
  header += '\n';
  Bytes bytes(magic.begin(), magic.end());
  bytes.insert(bytes.end(), {1, 0, static_cast<unsigned char>(header.size() & 0xffU),
                             static_cast<unsigned char>(header.size() >> 8U)});
  bytes.insert(bytes.end(), header.begin(), header.end());
  std::visit(
      [&](const auto& values) {
        const auto numbers = std::as_bytes(std::span(values));
        const auto* const begin = reinterpret_cast<const unsigned char*>(numbers.data());
        bytes.insert(bytes.end(), begin, begin + numbers.size());
      },
      array.values);
  return bytes;
}

void write_npy(const std::filesystem::path& path, const NpyArray& array) {
  write_bytes(path, npy_bytes(array));
}

}  // namespace tracer
