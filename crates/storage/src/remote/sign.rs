//! AWS Signature Version 4, as <https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html> has it.

use std::time::{SystemTime, UNIX_EPOCH};

use ring::{digest, hmac};

use super::location::{region, variable};

/// Who asks.
#[derive(Clone, Debug)]
pub(super) struct Credentials {
    pub(super) key: String,
    pub(super) secret: String,
    pub(super) token: Option<String>,
}

impl Credentials {
    /// Those of the environment, if it has any.
    pub(super) fn find() -> Option<Credentials> {
        Some(Credentials {
            key: variable(&["AWS_ACCESS_KEY_ID"])?,
            secret: variable(&["AWS_SECRET_ACCESS_KEY"])?,
            token: variable(&["AWS_SESSION_TOKEN"]),
        })
    }
}

/// What is signed of a request.
pub(super) struct Request<'a> {
    pub(super) method: &'a str,
    /// With its port, where that is not the usual one.
    pub(super) host: &'a str,
    /// Percent-encoded.
    pub(super) path: &'a str,
    /// Percent-encoded and sorted.
    pub(super) query: &'a str,
    pub(super) body: &'a [u8],
}

/// The headers that say who asks.
pub(super) fn headers(
    request: &Request<'_>,
    credentials: &Credentials,
    now: SystemTime,
) -> Vec<(&'static str, String)> {
    signed(request, credentials, &region(), &time_of(now))
}

fn signed(
    request: &Request<'_>,
    credentials: &Credentials,
    region: &str,
    time: &str,
) -> Vec<(&'static str, String)> {
    let day = &time[..8];
    let payload = hex(digest::digest(&digest::SHA256, request.body).as_ref());
    let mut headers = vec![("x-amz-content-sha256", payload.clone()), ("x-amz-date", time.to_owned())];
    headers.extend(credentials.token.clone().map(|token| ("x-amz-security-token", token)));
    let host = [("host", request.host.to_owned())];
    let all = host.iter().chain(&headers);
    let names: Vec<&str> = all.clone().map(|(name, _)| *name).collect();
    let lines: String = all.flat_map(|(name, value)| [*name, ":", value, "\n"]).collect();
    let names = names.join(";");
    let canonical =
        format!("{}\n{}\n{}\n{lines}\n{names}\n{payload}", request.method, request.path, request.query);
    let scope = format!("{day}/{region}/s3/aws4_request");
    let hashed = hex(digest::digest(&digest::SHA256, canonical.as_bytes()).as_ref());
    let text = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{hashed}");
    let secret = format!("AWS4{}", credentials.secret);
    let key = [day, region, "s3", "aws4_request"]
        .iter()
        .fold(secret.into_bytes(), |key, part| keyed(&key, part.as_bytes()));
    let signature = hex(&keyed(&key, text.as_bytes()));
    let who = &credentials.key;
    let authorization =
        format!("AWS4-HMAC-SHA256 Credential={who}/{scope},SignedHeaders={names},Signature={signature}");
    headers.push(("authorization", authorization));
    headers
}

fn keyed(key: &[u8], text: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), text).as_ref().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from(b"0123456789abcdef"[usize::from(half)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// A moment as `20130524T000000Z`.
fn time_of(now: SystemTime) -> String {
    let seconds = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = date_of(days);
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
}

/// Year, month and day of a number of days after 1970: of a calendar whose years begin in March, so that leap days are
/// last.
fn date_of(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// The keys of AWS's own examples.
    fn example() -> Credentials {
        Credentials {
            key: "AKIAIOSFODNN7EXAMPLE".into(),
            secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".into(),
            token: None,
        }
    }

    #[test]
    fn signs_as_the_example_of_a_listing() {
        let request = Request {
            method: "GET",
            host: "examplebucket.s3.amazonaws.com",
            path: "/",
            query: "max-keys=2&prefix=J",
            body: b"",
        };
        let headers = signed(&request, &example(), "us-east-1", "20130524T000000Z");
        assert!(
            headers
                .last()
                .unwrap()
                .1
                .ends_with("Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"),
            "{headers:?}"
        );
    }

    #[test]
    fn writes_moments() {
        let at = |seconds| time_of(UNIX_EPOCH + Duration::from_secs(seconds));
        assert_eq!(at(0), "19700101T000000Z");
        assert_eq!(at(1_369_353_600), "20130524T000000Z");
        assert_eq!(at(951_868_799), "20000229T235959Z");
        assert_eq!(at(4_107_542_400), "21000301T000000Z");
    }
}
