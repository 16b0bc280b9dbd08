using System.Text;
using Garita.Gateway.Evidence.Content;
using Xunit;

namespace Garita.Gateway.Tests.Evidence.Content;

/// <summary>Every way of writing a name that some reader understands is understood.</summary>
public sealed class NameReadingTests
{
    public static TheoryData<string> Disguises =>
    [
        "Content-Disposition: attachment; filename=eicar.com",
        "Content-Disposition: attachment; filename=\"eicar.com\"",
        "Content-Disposition: attachment; FileName=\"EICAR.CoM\"",
        "Content-Type: application/octet-stream; name=\"eicar.com\"",
        "Content-Type: application/octet-stream; name=\"a.txt\"\nContent-Disposition: attachment; filename=\"eicar.com\"",
        "Content-Type: application/octet-stream; name=\"eicar.com\"\nContent-Disposition: attachment; filename=\"a.txt\"",
        "Content-Disposition: attachment; filename=\"a.txt\"; filename=\"eicar.com\"",
        "Content-Disposition: attachment; filename=\"eicar.com\"; filename=\"a.txt\"",
        "Content-Disposition: attachment; filename=a.txt\nContent-Disposition: attachment; filename=eicar.com",
        "Content-Disposition: attachment; filename=eicar.com\nContent-Disposition: attachment; filename=a.txt",
        "CONTENT-DISPOSITION : attachment; filename=eicar.com",
        "Content-Disposition:\n\tattachment;\n\tfilename=\n\t\"eicar.com\"",
        "Content-Disposition: attachment; filename=\"ei\n car.com\"",
        "Content-Disposition: attachment; filename = eicar.com",
        "Content-Disposition: attachment; filename(comment)=eicar.com",
        "Content-Disposition: attachment; filename=(comment)eicar.com",
        "Content-Disposition: attachment; filename=eicar.com(a.txt)",
        "Content-Disposition: attachment; filename=\"eicar.com",
        "Content-Disposition: attachment; filename=eicar.com\"",
        "Content-Disposition: attachment; filename='eicar.com'",
        "Content-Disposition: attachment; filename=\"eicar\\.com\"",
        "Content-Disposition: attachment; filename=\"eicar.c\\om\"",
        "Content-Disposition: attachment; filename=my eicar.com",
        "Content-Disposition: attachment; filename=\"eicar\".com",
        "Content-Disposition: attachment; filename=\"eicar.com\".txt",
        "Content-Disposition: attachment filename=eicar.com",
        "Content-Disposition: filename=eicar.com",
        "Content-Disposition: attachment; x=\"; filename=eicar.com",
        "Content-Disposition: attachment; filename=\"a.txt;filename=eicar.com",
        // RFC 2231
        "Content-Disposition: attachment; filename*=utf-8''eicar%2Ecom",
        "Content-Disposition: attachment; filename*=''eicar.com",
        "Content-Disposition: attachment; filename*=eicar.c%6Fm",
        "Content-Disposition: attachment; filename*=\"utf-8'en'eicar.com\"",
        "Content-Disposition: attachment; filename*0=\"eicar\"; filename*1=\".com\"",
        "Content-Disposition: attachment; filename*1=\".com\"; filename*0=\"eicar\"",
        "Content-Disposition: attachment; filename*0*=utf-8''eicar; filename*1*=%2Eco; filename*2=m",
        "Content-Disposition: attachment; filename*2=m; filename*0*=utf-8''eicar; filename*1*=%2Eco",
        "Content-Disposition: attachment; filename*0=eicar.com; filename*2=.txt",
        "Content-Disposition: attachment; filename*1=eicar; filename*2=.com",
        "Content-Disposition: attachment; filename*0=eicar.; filename*0=x; filename*1=com",
        "Content-Disposition: attachment; filename*00=eicar; filename*01=.com",
        "Content-Disposition: attachment; filename=a.txt; filename*0=eicar; filename*1=.com",
        "Content-Disposition: attachment; filename=eicar.com; filename*=utf-8''a.txt",
        "Content-Disposition: attachment; filename*=utf-7''eicar.+AGMAbwBt-",
        "Content-Disposition: attachment; filename*=utf-16be''%00e%00.%00c%00o%00m",
        "Content-Disposition: attachment; filename*=utf-16''e%00.%00c%00o%00m%00",
        "Content-Disposition: attachment; filename*=no-such-charset''eicar%2ecom",
        "Content-Disposition: attachment; filename=\"eicar%2Ecom\"",
        "Content-Type: application/octet-stream; name*0*=utf-8''eicar%2; name*1*=Ecom",
        // RFC 2047
        "Content-Disposition: attachment; filename=\"=?utf-8?Q?eicar=2Ecom?=\"",
        "Content-Disposition: attachment; filename==?utf-8?Q?eicar=2Ecom?=",
        "Content-Disposition: attachment; filename=\"=?utf-8?B?ZWljYXIuY29t?=\"",
        "Content-Disposition: attachment; filename=\"=?us-ascii?Q?eicar?= =?us-ascii?Q?=2Ecom?=\"",
        "Content-Disposition: attachment; filename=\"=?us-ascii?Q?eicar?==?us-ascii?Q?=2Ecom?=\"",
        "Content-Disposition: attachment; filename=\"=?us-ascii?Q?eicar?=\n\t=?us-ascii?Q?=2Ecom?=\"",
        "Content-Disposition: attachment; filename=\"=?us-ascii?Q?eicar?=.com\"",
        "Content-Disposition: attachment; filename=\"eicar=?us-ascii?Q?.com?=\"",
        "Content-Disposition: attachment; filename=\"=?utf-8?B?ZWljYX?= =?utf-8?B?IuY29t?=\"",
        "Content-Disposition: attachment; filename=\"=?utf-8?B?ZWlj YXIu Y29t?=\"",
        "Content-Disposition: attachment; filename=\"=?utf-8?B?ZWljYXIuY29t\"",
        "Content-Disposition: attachment; filename=\"=?utf-8*en?Q?eicar=2Ecom?=\"",
        "Content-Disposition: attachment; filename=\"=?utf-7?Q?eicar.+AGMAbwBt-?=\"",
        "Content-Disposition: attachment; filename=\"=?utf-8?Q?=3D=3Futf-8=3FQ=3Feicar=3D2Ecom=3F=3D?=\"",
        "Content-Disposition: attachment; filename*0=\"=?utf-8?Q?eicar\"; filename*1=\"=2Ecom?=\"",
        "Content-Type: application/octet-stream; name=\"=?x-unknown?q?eicar=2Ecom?=\"",
        // What is cut off, or not seen.
        "Content-Disposition: attachment; filename=\"eicar.com.\"",
        "Content-Disposition: attachment; filename=\"eicar.com   \"",
        "Content-Disposition: attachment; filename=\"eicar.com. . .\"",
        "Content-Disposition: attachment; filename*=utf-8''eicar.com%00.txt",
        "Content-Disposition: attachment; filename*=utf-8''eicar.c%00om",
        "Content-Disposition: attachment; filename*=utf-8''moc.%E2%80%AEtxt%E2%80%AC.com",
        "Content-Disposition: attachment; filename*=utf-8''eicar.c%E2%80%8Bom",
        "Content-Disposition: attachment; filename*=utf-8''eicar%EF%BC%8E%EF%BD%83om",
        "Content-Disposition: attachment; filename*=utf-8''eicar.com%C2%A0",
        "Content-Disposition: attachment; filename*=utf-8''eicar.com%0A",
        "Content-Disposition: attachment; filename=\"..\\\\..\\\\eicar.com\"",
        "Content-Disposition: attachment; filename=\"C:\\eicar.com\"",
        "Content-Disposition: attachment; filename=\"a.txt/eicar.com\"",
        "Content-Disposition: attachment; filename=\"eicar.com/\"",
        "Content-Disposition: attachment; filename=\"eicar.com::$DATA\"",
        "Content-Disposition: attachment; filename=\"eicar.com:a.txt\"",
        // Only the type.
        "Content-Type: application/x-msdownload",
        "Content-Type: APPLICATION / X-MSDOS-Program (a text)",
        "Content-Type: text/plain\nContent-Type: application/x-msdownload",
    ];

    [Theory]
    [MemberData(nameof(Disguises))]
    public void A_program_is_found_whatever_its_name_wears(string fields)
    {
        var report = ContentScene.Read(ContentScene.WithPart(fields, "harmless"));
        Assert.True(ContentScene.Has(report, AttachmentClass.Executables), string.Join(" | ", report.Parts.SelectMany(static part => part.Names)));
        // As a message without parts, and as the only part of one, it is the same.
        Assert.True(ContentScene.Has(ContentScene.Read($"From: a@example.net\n{fields}\n\nharmless\n"), AttachmentClass.Executables));
    }

    [Theory]
    [InlineData("Rechnung 11.2026.pdf")]
    [InlineData("com.pdf")]
    [InlineData("setup.exe.txt")]
    [InlineData("Zeichnung_v1.2 (final).docx")]
    [InlineData("a.b")]
    [InlineData(".profile")]
    [InlineData("notes")]
    [InlineData("ATT00001.bin")]
    [InlineData("signature.asc")]
    [InlineData("invite.ics")]
    [InlineData("smime.p7s")]
    [InlineData("Kostenvoranschlag 3,5.xlsx")]
    public void A_harmless_name_is_harmless(string name)
    {
        var report = ContentScene.Read(ContentScene.WithFile(name, Encoding.ASCII.GetBytes("some text that is not a program")));
        Assert.True(ContentScene.Passes(report), string.Join(", ", report.Findings) + report.Ambiguities);
        Assert.Contains(name, report.Parts[2].Names, StringComparer.Ordinal);
    }

    [Fact]
    public void Random_names_are_read_back()
    {
        var random = new Random(1);
        for (var i = 0; i < 500; i++)
        {
            using var message = new MimeKit.MimeMessage();
            var name = string.Concat(Enumerable.Range(0, random.Next(1, 120)).Select(_ => (char)random.Next(2) == 0 ? random.Next(33, 127) : random.Next(0xA1, 0x2FF))) + ".x" + i;
            var part = new MimeKit.MimePart("application", "octet-stream") { Content = new MimeKit.MimeContent(new MemoryStream([1, 2, 3])) };
            part.ContentDisposition = new MimeKit.ContentDisposition("attachment");
            part.ContentDisposition.Parameters.Add(new MimeKit.Parameter(Encoding.UTF8, "filename", name) { EncodingMethod = random.Next(2) == 0 ? MimeKit.ParameterEncodingMethod.Rfc2231 : MimeKit.ParameterEncodingMethod.Rfc2047 });
            message.Body = part;
            using var stream = new MemoryStream();
            message.WriteTo(stream, TestContext.Current.CancellationToken);
            stream.Position = 0;
            using var read = MimeKit.MimeMessage.Load(stream, TestContext.Current.CancellationToken);
            var expected = ((MimeKit.MimePart)read.Body!).FileName!;
            Assert.Contains(expected, ContentScene.Read(stream.ToArray()).Parts[0].Names, StringComparer.Ordinal);
        }
    }

    [Fact]
    public void Names_stay_bounded()
    {
        var pieces = string.Concat(Enumerable.Range(0, 5000).Select(static i => $";\r\n filename*{i}=x{i}"));
        var report = ContentScene.Read(ContentScene.WithPart("Content-Disposition: attachment" + pieces, ""));
        Assert.NotEqual(MimeAmbiguity.None, report.Ambiguities & (MimeAmbiguity.TooManyPieces | MimeAmbiguity.LargePartHeader));
        Assert.True(report.Parts.All(static part => part.Names.Count <= 64));
    }
}
