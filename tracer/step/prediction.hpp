// A result that somebody predicts before it is shown, judged as `tracer grade` judges a written
// number: at the precision that it was written with.
#pragma once

#include <string>
#include <string_view>

#include "tracer/derive/document.hpp"
#include "tracer/grade/written_number.hpp"

namespace tracer {

struct Prediction {
  enum class Kind {
    right,
    careless,  ///< off by one in the last digit
    sign,      ///< right, but for its sign
    no
  };
  Kind kind = Kind::no;
  std::string says;  ///< "the sign is turned"; empty where it is right

  bool accepted() const { return kind == Kind::right || kind == Kind::careless; }
};

/// What was typed: "z1 = 0.5", or the working before the result, or the result alone. Throws Error
/// that says what can't be read.
WrittenValue read_prediction(std::string_view typed);

/// `typed`: a number, what comes to one, or a matrix of them, as read_value takes it. Throws Error
/// that says what can't be read, or that its shape is another one. The value must not be empty.
Prediction judge_prediction(const Value& value, std::string_view typed);

}  // namespace tracer
