// A run's record: as JSON, back again, and as CSV.
#include <cmath>
#include <limits>

#include <nlohmann/json.hpp>

#include "tests/catch.hpp"
#include "tracer/error.hpp"
#include "tracer/train/history.hpp"

using namespace tracer;

namespace {

EpochRecord full_record() {
  EpochRecord r;
  r.epoch = 3;
  r.steps = 5'000'000'000;
  r.loss = 0.1 + 0.2;  // 0.30000000000000004
  r.accuracy = 1.0 / 3;
  r.validation_loss = 5e-324;  // the smallest double
  r.validation_accuracy = 0.5;
  r.validation_f1 = 0.25;
  r.lr = 0.001;
  r.seconds = 1.5;
  r.best = true;
  r.cut = true;
  r.watched = {{"W1", 1.25, 0.1, -0.0}, {"b1", 1e300, std::nan(""), 2}};
  r.idle = {{"A1", "dead", 3, 20}};
  return r;
}

}  // namespace

TEST_CASE("an epoch is one line of JSON with Keras's names", "[history]") {
  EpochRecord r;
  r.epoch = 1;
  r.steps = 10;
  r.loss = 0.5;
  r.lr = 0.1;
  r.seconds = 2;
  CHECK(to_json(r) == R"({"epoch":1,"steps":10,"loss":0.5,"lr":0.1,"seconds":2.0})");
  r.accuracy = 0.9;
  r.validation_loss = 0.6;
  r.validation_accuracy = 0.8;
  r.validation_f1 = 0.7;
  r.best = true;
  CHECK(to_json(r) ==
        R"({"epoch":1,"steps":10,"loss":0.5,"accuracy":0.9,"val_loss":0.6,"val_accuracy":0.8,)"
        R"("val_f1":0.7,"lr":0.1,"seconds":2.0,"best":true})");
  CHECK(nlohmann::json::parse(to_json(full_record()))["watched"][1]["gradient"] == "NaN");
}

TEST_CASE("a record comes back from its JSON bit for bit", "[history]") {
  const EpochRecord r = full_record();
  const EpochRecord back = epoch_from_json(to_json(r));
  CHECK(to_json(back) == to_json(r));
  CHECK(back.epoch == 3);
  CHECK(back.steps == 5'000'000'000);
  CHECK(back.loss == r.loss);
  CHECK(back.accuracy == r.accuracy);
  CHECK(back.validation_loss == 5e-324);
  CHECK(back.validation_f1 == 0.25);
  CHECK(back.best);
  CHECK(back.cut);
  REQUIRE(back.watched.size() == 2);
  CHECK(std::signbit(back.watched[0].update));
  CHECK(back.watched[1].value == 1e300);
  CHECK(std::isnan(back.watched[1].gradient));
  REQUIRE(back.idle.size() == 1);
  CHECK(back.idle[0].name == "A1");
  CHECK(back.idle[0].idle == 3);
  CHECK(back.idle[0].units == 20);

  EpochRecord infinite;
  infinite.loss = std::numeric_limits<double>::infinity();
  infinite.lr = -infinite.loss;
  CHECK(epoch_from_json(to_json(infinite)).loss == infinite.loss);
  CHECK(epoch_from_json(to_json(infinite)).lr == infinite.lr);
  CHECK_FALSE(epoch_from_json(to_json(infinite)).accuracy.has_value());
}

TEST_CASE("what is no record of an epoch is refused", "[history]") {
  for (const char* text :
       {"", "{", "[]", "1", "{}", R"({"epoch": 1})", R"({"epoch": 1.5, "loss": 1})",
        R"({"epoch": -1, "loss": 1})", R"({"epoch": 1e99, "loss": 1})",
        R"({"epoch": 18446744073709551615, "loss": 1})", R"({"epoch": 1, "loss": "much"})",
        R"({"epoch": 1, "loss": null})", R"({"epoch": 1, "loss": 1, "watched": 3})",
        R"({"epoch": 1, "loss": 1, "idle": [{}]})", R"({"epoch": 1, "loss": 1, "best": 3})"}) {
    INFO(text);
    CHECK_THROWS_AS(epoch_from_json(text), Error);
  }
  CHECK_THROWS_WITH(epoch_from_json("x"),
                    "'x' is not the record of an epoch; wanted {\"epoch\": 1, \"loss\": 0.5, ...}");
}

TEST_CASE("the CSV has a column for what some epoch has", "[history]") {
  EpochRecord first;
  first.epoch = 1;
  first.steps = 4;
  first.loss = 0.1 + 0.2;
  first.lr = 0.01;
  first.seconds = 0.5;
  EpochRecord second = first;
  second.epoch = 2;
  second.validation_loss = std::nan("");
  CHECK(to_csv({first, second}) ==
        "epoch,steps,loss,val_loss,lr,seconds\n"
        "1,4,0.30000000000000004,,0.01,0.5\n"
        "2,4,0.30000000000000004,nan,0.01,0.5\n");
  first.watched = {{"W1", 1, 2, 3}};
  first.idle = {{"A1", "dead", 3, 20}};
  CHECK(to_csv({first}) ==
        "epoch,steps,loss,lr,seconds,W1.value,W1.gradient,W1.update,A1.dead\n"
        "1,4,0.30000000000000004,0.01,0.5,1,2,3,3\n");
  CHECK(to_csv({}) == "epoch,steps,loss,lr,seconds\n");
}
