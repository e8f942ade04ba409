package io.tickgate.gateway.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import io.tickgate.gateway.GatewayFixture;

/** What suites are answered, and that others are not. */
final class ConformanceModeIT {

    @ParameterizedTest
    @CsvSource({"POST,/", "PUT,/echo-body", "PATCH,/echo-body", "DELETE,/echo-body", "BREW,/echo-body"})
    void anyRequestGetsItsBodyBack(String method, String path) {
        try (GatewayFixture gateway = GatewayFixture.start("--conformance", "true")) {
            HttpResponse<String> answer = gateway.request(method, path, "some text");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("some text");
            assertThat(gateway.get(path).body()).isNotEmpty();
        }
    }

    @Test
    void inProductionThereIsNothingOfIt() {
        try (GatewayFixture gateway = GatewayFixture.start()) {
            assertThat(gateway.get("/echo-body").statusCode()).isEqualTo(404);
            assertThat(gateway.get("/").body()).contains("<html");
            assertThat(gateway.request("POST", "/", "text").statusCode()).isEqualTo(405);
        }
    }
}
