// safetensors: the file format for weights that PyTorch's world reads. A header in JSON says where
// each tensor lies in the bytes behind it; nothing in it can run. Next: model_file.hpp.
//
//   8 bytes    N, the length of the header, little-endian
//   N bytes    {"W1": {"dtype": "F32", "shape": [20, 784], "data_offsets": [0, 62720]}, ...,
//               "__metadata__": {"name": "text", ...}}, padded with spaces
//   the rest   the numbers, little-endian, row after row, without holes
//
// Source: the Format section of the safetensors project's README.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tracer/train/model_file.hpp"

namespace tracer {

struct StoredTensor {
  std::vector<std::int64_t> shape;  ///< as in the file; empty: one number
  /// The same numbers as rows × columns: a × b as it is, a list a × 1, one number 1 × 1, a × b × c
  /// ... becomes a × (b·c ...).
  Tensor values;
  std::string dtype = {};  ///< of a tensor that was read, as in the file: "BF16"
};

struct Safetensors {
  std::map<std::string, std::string> metadata;
  std::map<std::string, StoredTensor> tensors;
};

/// A tensor of a matrix: its shape is rows × columns.
StoredTensor stored(Tensor);

/// Reads F16, BF16 and F32 (as float), F64, BOOL and integers of 8 to 64 bits (as double; integers
/// beyond 2⁵³ are rounded). Throws Error naming the file: not there, cut short, another format,
/// another type of number, a header that does not fit the bytes behind it.
Safetensors read_safetensors(const std::filesystem::path&);
/// The same from the bytes of a file; `name` is for messages.
Safetensors parse_safetensors(std::string_view bytes, const std::string& name);

/// F32 or F64 by the values' type, the wider ones first, so that each begins at a multiple of its
/// size. Written aside, then renamed. Throws Error naming the file.
void write_safetensors(const std::filesystem::path&, const Safetensors&);
void write_safetensors_bytes(const std::filesystem::path&, std::string_view bytes);
std::string safetensors_bytes(const Safetensors&);

}  // namespace tracer
