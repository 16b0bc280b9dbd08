using Garita.SenderAuth.Dkim;
using Xunit;

namespace Garita.SenderAuth.Tests.Dkim;

public sealed class DkimKeyCacheTests
{
    [Fact]
    public void A_flood_of_other_keys_does_not_push_out_one_in_use()
    {
        var kept = new DkimKeyCache();
        var key = DkimKey.Read(Keys.Ed25519.Record, out _)!;
        kept.Keep("used", key);
        for (var i = 0; i < 10 * DkimKeyCache.Generation; i++)
        {
            kept.Keep($"other {i}", key);
            if (i % 100 == 0)
                Assert.Same(key, kept.Find("used"));
            Assert.InRange(kept.Count, 0, 2 * DkimKeyCache.Generation);
        }

        Assert.Null(kept.Find("other 0"));
    }
}
