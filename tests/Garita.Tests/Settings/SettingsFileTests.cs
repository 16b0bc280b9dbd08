using System.Net;
using Garita.Gateway.Rules;
using Garita.Gateway.Settings;
using Garita.Settings;
using Xunit;

namespace Garita.Tests.Settings;

public sealed class SettingsFileTests
{
    private const string Least = """
        hostname = "MX1.example.com"
        [[listener]]
        name = "mx"
        bind = "0.0.0.0:25"
        [[tenant]]
        name = "acme"
        domains = ["example.com", "Bücher.example"]
        [tenant.backends]
        smtp = ["10.0.0.5:25"]

        """;

    [Fact]
    public void A_file_without_end_is_no_settings_file() =>
        Assert.Contains("larger than 4 MiB", Assert.Throws<SettingsException>(() => SettingsFile.Text("/dev/zero")).Message, StringComparison.Ordinal);

    [Fact]
    public void Least_file_takes_defaults()
    {
        var settings = SettingsFile.Parse(Least, "/etc/garita/garita.toml");
        Assert.Equal("mx1.example.com", settings.Hostname);
        Assert.Equal("/var/lib/garita", settings.DataFolder);
        Assert.Equal(new IPEndPoint(IPAddress.Loopback, 8025), settings.AdminBind);
        Assert.Equal(["example.com", "xn--bcher-kva.example"], settings.Tenants[0].Domains);
        Assert.Same(settings.Tenants[0], settings.TenantByDomain["xn--bcher-kva.example"]);
        Assert.Equal(new LimitSettings(), settings.Limits);
        Assert.Equal(IPNetwork.Parse("64:ff9b::/96"), Assert.Single(settings.Networks.Nat64Prefixes));
        Assert.Equal(RecipientSource.Any, settings.Tenants[0].Recipients.Source);
    }

    [Fact]
    public void Harvest_of_a_tenant_is_put_over_that_of_all()
    {
        var settings = SettingsFile.Parse(Least + "[tenant.harvest]\nunknown = 50\nslow = \"1 s\"\n[harvest]\nunknown_share = 0.8\nanswers_per_day = 100\n", "/etc/garita/garita.toml");
        Assert.Equal(new HarvestSettings { UnknownShare = 0.8, AnswersPerDay = 100 }, settings.Harvest);
        Assert.Equal(settings.Harvest with { Unknown = 50, Slow = TimeSpan.FromSeconds(1) }, settings.Tenants[0].Harvest);
    }

    [Fact]
    public void Quarantine_of_a_tenant_is_read()
    {
        Assert.Equal(new QuarantineSettings(), SettingsFile.Parse(Least, "/etc/garita/garita.toml").Tenants[0].Quarantine);
        var settings = SettingsFile.Parse(Least + "[tenant.quarantine]\nkeep = \"7 d\"\nmax_size = \"2 GiB\"\ndigest = true\ndigest_url = \"https://g.example.com/release\"\n[rules]\nheader-8bit = \"quarantine\"\n", "/etc/garita/garita.toml");
        Assert.Equal(new QuarantineSettings { Keep = TimeSpan.FromDays(7), MaxSize = 2L << 30, Digest = true, DigestUrl = new Uri("https://g.example.com/release") }, settings.Tenants[0].Quarantine);
        Assert.Equal(RuleMode.Quarantine, settings.Rules[RuleCatalogue.BySlug["header-8bit"]]);
    }

    [Fact]
    public void Whole_file_is_read()
    {
        var settings = SettingsFile.Parse("""
            hostname = "mx1.example.com"
            data = "data"
            [[listener]]
            name = "mx"
            protocol = "smtp"
            bind = ["0.0.0.0:25", "[::]:25"]
            tls = "implicit"
            proxy_protocol_from = ["10.0.0.0/8"]
            message_size = "10 MiB"
            [[certificate]]
            certificate = "tls/chain.pem"
            key = "/abs/key.pem"
            [admin]
            bind = ""
            [networks]
            trusted = ["192.0.2.1", "2001:db8::/32"]
            [dns]
            servers = ["127.0.0.1", "127.0.0.1:5353"]
            timeout = "500 ms"
            [limits]
            message_size = "512 KiB"
            stop_timeout = "2 min"
            [ledger]
            keep = "1 d"
            [rules]
            bare-newline = "reject"
            fcrdns = "tag"
            [[tenant]]
            name = "acme"
            domains = "example.com"
            [tenant.backends]
            smtp = ["lmtp:unix:run/lmtp", "192.0.2.7:25", "[2001:db8::7]:25", "mail.example.com:25"]
            tls = "required"
            pin = "sha256/AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
            pass_client = "xclient"
            [tenant.recipients]
            source = "file"
            file = "acme.recipients"
            may_lose = 0.5
            [tenant.rules]
            fcrdns = "off"
            [[exception]]
            client = "198.51.100.0/24"
            sender = "@Example.ORG"
            rules = ["fcrdns", "helo-syntax"]
            until = 2027-01-01
            comment = "ticket 123"
            """, "/etc/garita/garita.toml");
        Assert.Equal("/etc/garita/data", settings.DataFolder);
        Assert.Null(settings.AdminBind);
        Assert.Equal(new CertificateSettings("/etc/garita/tls/chain.pem", "/abs/key.pem"), Assert.Single(settings.Certificates));
        Assert.Equal(new IPEndPoint(IPAddress.IPv6Any, 25), settings.Listeners[0].Bind[1]);
        Assert.Equal(10L << 20, settings.Listeners[0].MessageSize);
        Assert.Equal([53, 5353], settings.Dns.Servers.Select(static server => server.Port));
        var tenant = settings.Tenants[0];
        Assert.Equal("lmtp:unix:/etc/garita/run/lmtp 192.0.2.7:25 [2001:db8::7]:25 mail.example.com:25", string.Join(' ', tenant.Backends.Smtp));
        Assert.Equal(32, tenant.Backends.Pin!.Length);
        Assert.Equal(RuleMode.Off, tenant.Rules[RuleCatalogue.BySlug["fcrdns"]]);
        Assert.Equal(RuleMode.Reject, tenant.Rules[RuleCatalogue.BySlug["bare-newline"]]);
        Assert.Equal(RuleMode.Tag, settings.Rules[RuleCatalogue.BySlug["fcrdns"]]);
        var exception = Assert.Single(settings.Exceptions);
        Assert.Equal("@example.org", exception.Sender);
        Assert.Equal(new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero), exception.Until);
        Assert.Equal("file:42", exception.Id);
    }

    [Theory]
    [InlineData("[limits]\nconections = 5", "11:1: unknown key \"conections\" in [limits]", "did you mean connections?")]
    [InlineData("[limits]\nconnections = \"many\"", "11:15: limits.connections is \"many\", expected a whole number from 1 to 1000000", "")]
    [InlineData("[limits]\nletters_on_disk = \"100 MiB\"", "11:19: limits.letters_on_disk is 104857600 octets, expected at least four times the largest message_size (52428800)", "")]
    [InlineData("[harvest]\nunknown = 3", "10:2: harvest.unknown_at_least is 5, expected at most unknown (3)", "")]
    [InlineData("[limits]\nmessage_size = \"50 MB\"", "11:16: limits.message_size is \"50 MB\", expected a size from", "KiB")]
    [InlineData("[bans]\nsteps = [\"1 h\", \"10 min\"]", "11:17: bans.steps is \"10 min\", expected 1 to 8 durations", "")]
    [InlineData("[bans]\nsteps = []", "11:9: bans.steps has 0 steps", "")]
    [InlineData("[bans]\nper_minute = 0", "11:14: bans.per_minute is 0, expected a whole number from 1 to 10000", "")]
    [InlineData("[dns]\ntimeout = \"5 sec\"", "11:11: dns.timeout is \"5 sec\", expected a duration from", "units")]
    [InlineData("[rules]\nbare-newline = \"tag\"", "11:16: bare-newline cannot be tag: normalize, reject", "")]
    [InlineData("[rules]\nfcrdns = \"rejct\"", "11:10: rules.fcrdns is \"rejct\", expected one of", "did you mean reject?")]
    [InlineData("[tenant.quarantine]\nkeep = \"1 min\"", "11:8: tenant.quarantine.keep is \"1 min\", expected a duration from \"1 h\"", "")]
    [InlineData("[tenant.quarantine]\ndigest = true", "11:10: tenant.quarantine.digest needs digest_url", "https")]
    [InlineData("[tenant.quarantine]\ndigest_url = \"https://g.example.com/?a=b\"", "11:14: tenant.quarantine.digest_url is", "without query")]
    [InlineData("[spool]\nretry_first = \"10 min\"\nretry_most = \"5 min\"", "12:14: spool.retry_most is shorter than retry_first", "")]
    [InlineData("[spool]\nmax_size = \"10 MiB\"", "11:12: spool.max_size leaves a tenant 10485760 octets, expected more than limits.message_size (52428800)", "")]
    [InlineData("[alarms]\naddress = \"ops@example.net\"", "11:11: alarms.address is given, expected [outbound]", "")]
    [InlineData("[alarms]\naddress = \"ops\"", "11:11: alarms.address is \"ops\", expected an address outside", "")]
    [InlineData("[wall]\nopen = [\"tcp/0\"]\n", "11:9: wall.open is \"tcp/0\", expected \"tcp/PORT\", \"udp/PORT\" or \"tcp/PORT from NETWORK\"", "")]
    [InlineData("[wall]\nopen = \"tcp/80 from mail.example.com\"\n", "11:8: wall.open is \"tcp/80 from mail.example.com\", expected", "")]
    [InlineData("[wall]\negress = \"tcp/443 to 192.0.2.1/24\"\n", "11:10: wall.egress is", "")]
    [InlineData("[wall]\ninterfaces = \"eth0; drop\"\n", "11:14: wall.interfaces is", "")]
    [InlineData("[wall]\nuser = \"a b\"\n", "11:8: wall.user is", "")]
    [InlineData("[wall]\nssh_ports = []\n", "11:13: wall.ssh_ports is empty", "")]
    [InlineData("[wall.lockdown]\ngateways = [\"10.0.0.0/8\"]", "11:13: wall.lockdown.gateways is \"10.0.0.0/8\", expected addresses of this gateway", "")]
    [InlineData("[wall.lockdown]\ngateway = []", "11:1: unknown key \"gateway\" in [wall.lockdown]", "did you mean gateways?")]
    [InlineData("[wall.lockdown]\nservices = [\"imap\"]", "11:13: wall.lockdown.services is \"imap\", expected a list of TCP ports", "")]
    [InlineData("[wall.lockdown]\ngateway_macs = \"02:00:00:00:00:0g\"", "11:16: wall.lockdown.gateway_macs is \"02:00:00:00:00:0g\", expected hardware addresses", "")]
    [InlineData("[wall.lockdown]\nupdates = [\"10.0.0.1/8\"]", "11:12: wall.lockdown.updates is \"10.0.0.1/8\", expected 10.0.0.0/8", "")]
    [InlineData("[networks]\ntrusted = [\"192.0.2.1/24\"]", "11:12: networks.trusted is \"192.0.2.1/24\", expected 192.0.2.0/24", "")]
    [InlineData("[networks]\ntrusted = [\"127.1\"]", "11:12: networks.trusted is \"127.1\"", "")]
    [InlineData("[admin]\nbind = \"localhost:25\"", "11:8: admin.bind is \"localhost:25\"", "ADDRESS:PORT")]
    [InlineData("[[exception]]\nclient = \"192.0.2.1\"\nrules = [\"nul-byte\"]", "12:10: exception.rules: nul-byte cannot be excepted", "")]
    [InlineData("[[exception]]\nverdict = \"block\"", "10:3: exception matches everybody", "")]
    [InlineData("[[tenant]]\nname = \"b\"\ndomains = [\"EXAMPLE.com\"]\n[tenant.backends]\nsmtp = \"10.0.0.6:25\"", "12:12: tenant.domains has example.com, which tenant \"acme\" has already", "")]
    [InlineData("[[tenant]]\nname = \"b\"\ndomains = [\"b.example\"]\n[tenant.backends]\nsmtp = \"192.0.2.9:25\"", "14:8: tenant.backends.smtp has the bare public address 192.0.2.9:25, expected pin or tls_name", "")]
    [InlineData("[[tenant]]\nname = \"b\"\ndomains = [\"b.example\"]\n[tenant.backends]\nsmtp = \"192.0.2.9:25\"\ntls = \"opportunistic\"", "14:8: tenant.backends.smtp has the public address 192.0.2.9:25, expected tls = \"required\"", "")]
    [InlineData("[[tenant]]\nname = \"b\"\ndomains = [\"b.example\"]\n[tenant.backends]\nsmtp = \"127.0.0.1:25\"", "14:8: tenant.backends.smtp is \"127.0.0.1:25\", expected another address", "circle")]
    [InlineData("[alarms]\nwebhook = \"alarms.example.com\"\nsecret_env = \"S\"", "11:11: alarms.webhook is \"alarms.example.com\", expected a URL", "")]
    [InlineData("[alarms]\nwebhook = \"https://alarms.example.com/\"", "11:11: alarms.webhook is given without a secret", "secret_file")]
    [InlineData("[alarms]\nsecret_env = \"S\"", "11:14: alarms.secret_env is given, expected webhook with it", "")]
    [InlineData("[alarms]\nwebhook = \"https://a.example/\"\nsecret_env = \"S\"\nsecret_file = \"s\"", "12:14: alarms.secret_env and alarms.secret_file are both given", "")]
    [InlineData("[arc]\ndomain = \"a..example\"\nselector = \"s\"\nkey = \"k\"", "11:10: arc.domain is \"a..example\", expected a domain name", "")]
    [InlineData("[arc]\ndomain = \"a.example\"\nselector = \"S;\"\nkey = \"k\"", "12:12: arc.selector is \"S;\", expected a name in lower case", "")]
    [InlineData("[arc]\ndomain = \"a.example\"\nselector = \"s\"", "10:2: arc.key is missing, expected the path", "")]
    [InlineData("[outbound]\ntls = \"none\"", "10:2: outbound.smarthost is missing", "")]
    [InlineData("[outbound]\nsmarthost = \"192.0.2.9:25\"", "11:13: outbound.smarthost has the bare public address 192.0.2.9:25, expected pin or tls_name", "")]
    [InlineData("[outbound]\nsmarthost = \"127.0.0.1:25\"", "11:13: outbound.smarthost is \"127.0.0.1:25\", expected another address", "circle")]
    [InlineData("[tenant.recipients]\nsource = \"file\"\nfile = \"f\"\n[tenant.recipients.call_ahead]\ntimeout = \"5 s\"", "expected source = \"call-ahead\" with it", "")]
    [InlineData("[tenant.recipients]\nsource = \"call-ahead\"\n[tenant.recipients.call_ahead]\nkeep_known = \"1 s\"", "13:14: tenant.recipients.call_ahead.keep_known is \"1 s\", expected a duration from", "")]
    [InlineData("[[listener]]\nname = \"i\"\nbind = \"0.0.0.0:143\"\nprotocol = \"imap\"", "13:12: listener.protocol = \"imap\" is not available in this version, expected one of \"smtp\"", "")]
    [InlineData("[limits\n", "garita.toml:10:", "")]
    public void Errors_say_where_and_what(string added, string expected, string also)
    {
        var problem = Assert.Throws<SettingsException>(() => SettingsFile.Parse(Least + added, "garita.toml"));
        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
        Assert.Contains(also, problem.Message, StringComparison.Ordinal);
        Assert.StartsWith("garita.toml:", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_is_read_with_the_defaults_of_its_flavour()
    {
        var tenant = SettingsFile.Parse(Least + """
            [tenant.recipients]
            source = "ldap"
            [tenant.recipients.ldap]
            servers = ["dc1.example.com", "192.0.2.7:3269", "[2001:db8::7]"]
            tls = "ldaps"
            ca = "ca.pem"
            bind_dn = "garita@example.com"
            password_file = "secret"
            base = "dc=example,dc=com"
            flavour = "active-directory"
            every = "5 min"
            live_filter = "(proxyAddresses=smtp:%s)"
            """, "/etc/garita/garita.toml").Tenants[0];
        var ldap = tenant.Recipients.Ldap!;
        Assert.Equal(RecipientSource.Ldap, tenant.Recipients.Source);
        Assert.Equal("dc1.example.com:636 192.0.2.7:3269 [2001:db8::7]:636", string.Join(' ', ldap.Servers));
        Assert.Equal((LdapTls.Ldaps, LdapMode.Sync, "/etc/garita/ca.pem", "/etc/garita/secret"), (ldap.Tls, ldap.Mode, ldap.Ca, ldap.PasswordFile));
        Assert.Equal(["mail", "proxyAddresses"], ldap.Attributes);
        Assert.Contains("1.2.840.113556.1.4.803:=2", ldap.Filter.Text, StringComparison.Ordinal);
        Assert.True(ldap.LiveFilter!.NeedsAddress);
        Assert.Equal((TimeSpan.FromMinutes(5), TimeSpan.FromHours(24), 10), (ldap.Every, ldap.StaleFor, ldap.LiveRate));
    }

    [Theory]
    [InlineData("servers = \"ldap.example.com:99999\"\nbase = \"dc=x\"", "13:11: tenant.recipients.ldap.servers is \"ldap.example.com:99999\", expected HOST, HOST:PORT", "")]
    [InlineData("base = \"dc=x\"", "12:20: tenant.recipients.ldap.servers is missing", "")]
    [InlineData("servers = \"l.example.com\"", "12:20: tenant.recipients.ldap.base is missing", "")]
    [InlineData("servers = \"l.example.com\"\nbase = \"dc=x\"\ntls = \"none\"", "13:11: tenant.recipients.ldap.servers has l.example.com:389 with tls = \"none\"", "allow_clear_text")]
    [InlineData("servers = \"l.example.com\"\nbase = \"dc=x\"\nbind_dn = \"cn=g\"", "15:11: tenant.recipients.ldap.bind_dn is given, expected password_file or password_env", "")]
    [InlineData("servers = \"l.example.com\"\nbase = \"dc=x\"\nfilter = \"(mail=*\"", "15:10: tenant.recipients.ldap.filter is \"(mail=*\", expected a filter", "\")\" at character 8")]
    [InlineData("servers = \"l.example.com\"\nbase = \"dc=x\"\nfilter = \"(mail=%s)\"", "expected a filter without %s", "live_filter")]
    [InlineData("servers = \"l.example.com\"\nbase = \"dc=x\"\nlive_filter = \"(mail=*)\"", "expected %s (the address)", "")]
    [InlineData("servers = \"l.example.com\"\nbase = \"dc=x\"\nattributes = [\"mail*\"]", "15:15: tenant.recipients.ldap.attributes is \"mail*\"", "")]
    [InlineData("servers = \"l.example.com\"\nbase = \"dc=x\"\nmode = \"live\"\nevery = \"5 min\"", "16:9: tenant.recipients.ldap.every is given, expected mode = \"sync\"", "")]
    [InlineData("servers = \"l.example.com\"\nbase = \"dc=x\"\nevery = \"1 h\"\nstale_for = \"30 min\"", "expected at least every (1 h)", "")]
    [InlineData("servers = \"l.example.com\"\nbase = \"dc=x\"\npassword = \"x\"", "15:1: unknown key \"password\" in [tenant.recipients.ldap]", "password_file")]
    public void Errors_of_a_directory_say_where_and_what(string added, string expected, string also)
    {
        var problem = Assert.Throws<SettingsException>(() => SettingsFile.Parse(Least + "[tenant.recipients]\nsource = \"ldap\"\n[tenant.recipients.ldap]\n" + added, "garita.toml"));
        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
        Assert.Contains(also, problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("source = \"ldap\"", "[tenant.recipients.ldap] is missing")]
    [InlineData("[tenant.recipients.ldap]\nservers = \"localhost\"\nbase = \"dc=x\"\ntls = \"none\"", "[tenant.recipients.ldap] is given, expected source = \"ldap\"")]
    public void A_directory_and_its_source_go_together(string added, string expected)
    {
        var problem = Assert.Throws<SettingsException>(() => SettingsFile.Parse(Least + "[tenant.recipients]\n" + added, "garita.toml"));
        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_and_greylist_are_read()
    {
        var settings = SettingsFile.Parse(Least + """
            [dnsbl]
            threshold = 4.5
            [[dnsbl.zone]]
            name = "Black.example.net"
            weight = 5
            answers = ["127.0.0.2", "127.0.0.4/30"]
            [[dnsbl.zone]]
            name = "white.example.net"
            weight = -2.5
            [greylist]
            after = "1 min"
            """, "/etc/garita/garita.toml");
        Assert.Equal((4.5, TimeSpan.FromSeconds(3)), (settings.Dnsbl.Threshold, settings.Dnsbl.Timeout));
        Assert.Equal([("black.example.net", 5.0, 2), ("white.example.net", -2.5, 0)], settings.Dnsbl.Zones.Select(static zone => (zone.Name, zone.Weight, zone.Answers.Count)));
        Assert.Equal((TimeSpan.FromMinutes(1), TimeSpan.FromDays(2)), (settings.Greylist.After, settings.Greylist.Until));
    }

    [Theory]
    [InlineData("weight = 1", "dnsbl.zone.name is missing")]
    [InlineData("name = \"zen\"\nweight = 1", "expected the zone of a DNS list")]
    [InlineData("name = \"a.example\"", "dnsbl.zone.weight is missing")]
    [InlineData("name = \"a.example\"\nweight = 2000", "expected a number from -1000 to 1000")]
    [InlineData("name = \"a.example\"\nweight = 1\nanswers = [\"192.0.2.1\"]", "expected answers in 127.0.0.0/8")]
    [InlineData("name = \"a.example\"\nweight = 1\n[[dnsbl.zone]]\nname = \"A.example\"\nweight = 1", "expected each list once")]
    public void Errors_of_a_list_say_what_is_expected(string zone, string expected)
    {
        var problem = Assert.Throws<SettingsException>(() => SettingsFile.Parse(Least + "[[dnsbl.zone]]\n" + zone, "garita.toml"));
        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Engines_and_score_are_read()
    {
        var settings = SettingsFile.Parse(Least + """
            [tenant.score]
            headers = true
            reject_at = 20
            [tenant.score.weights]
            spf = 4
            [score]
            tag_at = 5
            quarantine_at = 10.5
            [engines]
            timeout = "20 s"
            [engines.clamav]
            address = "unix:/run/clamav/clamd.ctl"
            when_down = "skip"
            [engines.icap]
            address = "[2001:db8::1]:1344"
            service = "/avscan?x=1"
            max_size = "10 MiB"
            [engines.rspamd]
            address = "localhost:11333"
            password_file = "rspamd"
            """, "/etc/garita/garita.toml");
        Assert.Equal(TimeSpan.FromSeconds(20), settings.Engines.Timeout);
        Assert.Equal("clamav unix:/run/clamav/clamd.ctl|icap [2001:db8::1]:1344|rspamd localhost:11333", string.Join('|', settings.Engines.All.Select(static engine => $"{engine.Name} {engine.Address}")));
        Assert.Equal((WhenEngineDown.Skip, "avscan?x=1", 10L << 20, "/etc/garita/rspamd"), (settings.Engines.All[0].WhenDown, settings.Engines.All[1].Path, settings.Engines.All[1].MaxSize, settings.Engines.All[2].PasswordFile));
        var score = settings.Tenants[0].Score;
        Assert.Equal((5.0, 10.5, 20.0, true), (score.TagAt, score.QuarantineAt, score.RejectAt, score.Headers));
        Assert.Equal((4.0, 1.0), (score.Weights["spf"], score.Weights["fcrdns"]));
    }

    [Theory]
    [InlineData("[engines.clamav]\nwhen_down = \"skip\"", "engines.clamav.address is missing")]
    [InlineData("[engines.clamav]\naddress = \"lmtp:x.example:24\"", "expected HOST:PORT")]
    [InlineData("[engines.icap]\naddress = \"x.example:1344\"", "engines.icap.service is missing")]
    [InlineData("[engines.icap]\naddress = \"x.example:1344\"\nservice = \"a b\"", "expected the name of the ICAP service")]
    [InlineData("[score]\ntag_at = 9\nreject_at = 8", "limits out of order")]
    [InlineData("[score.weights]\nspff = 1", "unknown key \"spff\"")]
    public void Errors_of_engines_and_score_say_what_is_expected(string added, string expected)
    {
        var problem = Assert.Throws<SettingsException>(() => SettingsFile.Parse(Least + added, "garita.toml"));
        Assert.Contains(expected, problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Alarms_outbound_and_call_ahead_are_read()
    {
        var settings = SettingsFile.Parse(Least + """
            [tenant.recipients]
            source = "call-ahead"
            [tenant.recipients.call_ahead]
            keep_known = "12 h"
            keep_unknown = "1 h"
            timeout = "5 s"
            [alarms]
            webhook = "https://alarms.example.com/garita"
            secret_file = "secret"
            mail = false
            [outbound]
            smarthost = "smart.example.com:25"
            tls = "required"
            [arc]
            domain = "Example.com"
            selector = "arc2026"
            key = "arc.pem"
            """, "/etc/garita/garita.toml");
        Assert.Equal(new ArcSettings("example.com", "arc2026", "/etc/garita/arc.pem"), settings.Arc);
        Assert.Equal(RecipientSource.CallAhead, settings.Tenants[0].Recipients.Source);
        Assert.Equal(
            new CallAheadSettings { KeepKnown = TimeSpan.FromHours(12), KeepUnknown = TimeSpan.FromHours(1), Timeout = TimeSpan.FromSeconds(5) },
            settings.Tenants[0].Recipients.CallAhead);
        Assert.Equal(new AlarmSettings { Webhook = new Uri("https://alarms.example.com/garita"), SecretFile = "/etc/garita/secret", Mail = false }, settings.Alarms);
        Assert.Equal("smart.example.com:25", settings.Outbound!.Smtp[0].ToString());
        Assert.Equal(BackendTls.Required, settings.Outbound.Tls);
    }

    [Fact]
    public void Several_errors_come_at_once_in_the_order_of_the_file()
    {
        var problem = Assert.Throws<SettingsException>(() => SettingsFile.Parse("hostnam = 1\n[limits]\nconnections = 0\nrecipients = true\n", "g.toml"));
        var lines = problem.Errors.Select(static error => error.Place.Line).ToList();
        Assert.Equal(lines.Order(), lines);
        Assert.True(lines.Count >= 5, problem.Message);
    }

    [Fact]
    public void Outside_text_in_an_error_is_escaped()
    {
        var problem = Assert.Throws<SettingsException>(() => SettingsFile.Parse(Least + "[dns]\ntimeout = \"\\u001b[2J\"", "g.toml"));
        Assert.DoesNotContain('\x1b', problem.Message);
    }
}
