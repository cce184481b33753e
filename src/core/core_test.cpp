#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "core/in_parallel.h"
#include "core/parallel.h"
#include "core/quantile.h"
#include "core/temporary_file.h"
#include "core/thrown_error.h"
#include "diorama/error.h"
#include "diorama/options.h"
#include "diorama/run.h"

namespace fs = std::filesystem;

namespace diorama {

enum class Fruit { apple, pear };
template <>
inline constexpr Choice<Fruit> kChoices<Fruit>[] = {{Fruit::apple, "apple", "round"},
                                                    {Fruit::pear, "pear", "not round"}};

namespace {

struct BasketOptions {
    int count = 3;
    double weight = 1.5;
    Fruit fruit = Fruit::pear;
    bool ripe = false;
    std::optional<double> sugar{};
    Seconds picked{2};
    std::vector<std::string> notes{};

    static const std::vector<Field<BasketOptions>>& fields() {
        static const std::vector<Field<BasketOptions>> list{
            field("count", &BasketOptions::count, {.min = 1, .max = 10}, "how many"),
            field("weight", &BasketOptions::weight, {.min = 0, .unit = "kg"}, "how heavy"),
            field("fruit", &BasketOptions::fruit, "which"),
            field("ripe", &BasketOptions::ripe, "ready to eat"),
            field("sugar", &BasketOptions::sugar, {.min = 0, .max = 1}, "how sweet"),
            field("picked", &BasketOptions::picked, {.min = 0, .unit = "s"}, "how long ago"),
            field("note", &BasketOptions::notes, "a remark"),
        };
        return list;
    }
};

const Field<BasketOptions>& field_named(std::string_view name) {
    for (const auto& f : BasketOptions::fields())
        if (f.name == name) return f;
    throw std::logic_error("no such field");
}

std::string message_of(const std::function<void()>& call) {
    const Error error = error_of(call);
    EXPECT_EQ(error.code(), ErrorCode::usage);
    return error.what();
}

TEST(Options, FieldsReadAndWriteMembers) {
    BasketOptions basket;
    for (const auto& [name, text] :
         std::vector<std::pair<std::string, std::string>>{{"count", "7"},
                                                          {"weight", "2.25"},
                                                          {"fruit", "apple"},
                                                          {"ripe", "true"},
                                                          {"sugar", "0.5"},
                                                          {"picked", "1.5"}}) {
        field_named(name).set(basket, text);
        EXPECT_EQ(field_named(name).get(basket), text) << name;
    }
    field_named("note").set(basket, "a");
    field_named("note").set(basket, "b");
    EXPECT_EQ(basket.notes, (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(basket.fruit, Fruit::apple);
    EXPECT_EQ(basket.picked, Seconds(1.5));
}

TEST(Options, ErrorsNameTheOptionAndTheRange) {
    BasketOptions basket;
    EXPECT_EQ(message_of([&] { field_named("count").set(basket, "0"); }),
              "--count: '0' is not a whole number from 1 to 10");
    EXPECT_EQ(message_of([&] { field_named("count").set(basket, "2.5"); }),
              "--count: '2.5' is not a whole number from 1 to 10");
    EXPECT_EQ(message_of([&] { field_named("weight").set(basket, "-1"); }),
              "--weight: '-1' is not a number of at least 0 kg");
    EXPECT_EQ(message_of([&] { field_named("weight").set(basket, "nan"); }),
              "--weight: 'nan' is not a number of at least 0 kg");
    EXPECT_EQ(message_of([&] { field_named("fruit").set(basket, "plum"); }),
              "--fruit: 'plum' is none of: apple, pear");
}

TEST(Options, ValidateChecksEveryMember) {
    EXPECT_NO_THROW(validate(BasketOptions{}));
    EXPECT_THROW(validate(BasketOptions{.count = 11}), Error);
    EXPECT_THROW(validate(BasketOptions{.sugar = 1.5}), Error);
}

TEST(ErrorTest, LineHasContextFirst) {
    EXPECT_STREQ(Error(ErrorCode::not_found, "no such file", "a.jpg").what(),
                 "a.jpg: no such file");
    EXPECT_EQ(exit_status(ErrorCode::usage), 2);
    EXPECT_EQ(exit_status(ErrorCode::unreadable), 1);
}

TEST(ParallelRows, CoversEachRowOnce) {
    for (int threads : {1, 2, 5}) {
        std::vector<std::atomic<int>> hits(101);
        core::parallel_rows({.threads = threads}, 101, [&](int begin, int end) {
            for (int y = begin; y < end; ++y) ++hits[y];
        });
        for (const auto& count : hits) EXPECT_EQ(count, 1);
    }
}

// Whichever thread got the long work, the other comes to help once its own is done.
TEST(ParallelRows, WithinWorksSideBySideHaveAllThreads) {
    if (std::thread::hardware_concurrency() < 2) GTEST_SKIP() << "needs two cores";
    const RunContext run{.threads = 2};
    std::mutex mutex;
    std::set<std::thread::id> seen;
    const auto rows = [&](int count) {
        core::parallel_rows(run, count, [&](int begin, int end) {
            std::this_thread::sleep_for((end - begin) * std::chrono::milliseconds(2));
            const std::scoped_lock lock(mutex);
            seen.insert(std::this_thread::get_id());
        });
    };
    const auto little = [] {};
    for (const bool long_first : {true, false}) {
        seen.clear();
        if (long_first)
            core::in_parallel(
                run, [&] { rows(100); }, little);
        else
            core::in_parallel(run, little, [&] { rows(100); });
        EXPECT_EQ(seen.size(), 2U);
        EXPECT_TRUE(seen.contains(std::this_thread::get_id()));
    }
}

TEST(Quantile, IsAValueOfThoseThatThereAre) {
    std::vector<int> values{30, 10, 40, 20};
    EXPECT_EQ(core::quantile(values, 0), 10);
    EXPECT_EQ(core::quantile(values, 0.5), 20);
    EXPECT_EQ(core::quantile(values, 1), 40);
    EXPECT_EQ(core::median(values), 30);
    std::vector<int> one{7};
    EXPECT_EQ(core::quantile(one, 0.98), 7);
    EXPECT_EQ(core::median(one), 7);
}

class TemporaryFileTest : public testing::Test {
 protected:
    fs::path folder = fs::temp_directory_path() / ("diorama-core-" + std::to_string(::getpid()));
    void SetUp() override { fs::create_directories(folder); }
    void TearDown() override { fs::remove_all(folder); }
};

TEST_F(TemporaryFileTest, LeavesNothingWithoutCommit) {
    {
        core::TemporaryFile file(folder / "a.txt");
        std::ofstream(file.path()) << "half";
    }
    EXPECT_TRUE(fs::is_empty(folder));
}

TEST_F(TemporaryFileTest, CommitReplacesTheTarget) {
    std::ofstream(folder / "a.txt") << "old";
    core::TemporaryFile file(folder / "a.txt");
    std::ofstream(file.path()) << "new";
    file.commit();
    std::string text;
    std::ifstream(folder / "a.txt") >> text;
    EXPECT_EQ(text, "new");
    EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 1);
}

TEST_F(TemporaryFileTest, SaysWhatIsWrongWithTheTarget) {
    EXPECT_THROW(core::require_writable(folder / "missing" / "a.txt"), Error);
    EXPECT_THROW(core::require_writable(folder), Error);
}

TEST(RunContextTest, StopsWhenAsked) {
    std::stop_source source;
    RunContext run{.stop = source.get_token()};
    EXPECT_NO_THROW(run.throw_if_stopped());
    source.request_stop();
    EXPECT_THROW(run.throw_if_stopped(), Error);
}

}  // namespace
}  // namespace diorama
