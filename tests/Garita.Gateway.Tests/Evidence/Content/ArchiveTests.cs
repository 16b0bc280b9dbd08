using System.Buffers.Binary;
using System.Text;
using Garita.Gateway.Evidence.Content;
using Garita.Gateway.Settings;
using Xunit;

namespace Garita.Gateway.Tests.Evidence.Content;

/// <summary>What is packed is found, what is too much is said to be.</summary>
public sealed class ArchiveTests
{
    private static readonly byte[] Program = ArchiveFiles.Program;
    private static readonly byte[] Note = Encoding.ASCII.GetBytes("nothing but text\r\n");

    public static TheoryData<string, byte[], AttachmentClass> Packed => new()
    {
        { "a.zip", ArchiveFiles.Zip(("eicar.com", ArchiveFiles.Eicar)), AttachmentClass.Executables },
        { "a.zip", ArchiveFiles.Zip(("readme.txt", Program)), AttachmentClass.Executables },
        { "a.dat", ArchiveFiles.Zip(("x/run.js", Note)), AttachmentClass.Scripts },
        { "a.zip", ArchiveFiles.Zip(("rechnung.pdf.lnk", Note)), AttachmentClass.Links },
        { "a.zip", ArchiveFiles.Zip(("b.zip", ArchiveFiles.Zip(("eicar.com", ArchiveFiles.Eicar)))), AttachmentClass.Executables },
        { "a.zip", ArchiveFiles.Zip(("b", ArchiveFiles.Zip(("c.zip", ArchiveFiles.Zip(("d.zip", ArchiveFiles.Zip(("eicar.com", ArchiveFiles.Eicar)))))))), AttachmentClass.Executables },
        { "a.zip", ArchiveFiles.Zip(("mail.eml", Encoding.ASCII.GetBytes("Subject: x\r\nContent-Type: application/octet-stream; name=eicar.com\r\n\r\nx"))), AttachmentClass.Executables },
        { "a.zip", [.. Note, .. ArchiveFiles.Zip(("eicar.com", ArchiveFiles.Eicar))], AttachmentClass.Executables },
        { "a.zip", ArchiveFiles.Zip(("eicar.com", ArchiveFiles.Eicar))[..60], AttachmentClass.Executables },
        { "a.tar", ArchiveFiles.Tar(("eicar.com", ArchiveFiles.Eicar)), AttachmentClass.Executables },
        { "a.tgz", ArchiveFiles.Gzip(ArchiveFiles.Tar(("docs/readme", Program))), AttachmentClass.Executables },
        { "eicar.com.gz", ArchiveFiles.Gzip(Note), AttachmentClass.Executables },
        { "a.gz", ArchiveFiles.Gzip(Program), AttachmentClass.Executables },
        { "a.gz", ArchiveFiles.Gzip(ArchiveFiles.Gzip(ArchiveFiles.Zip(("eicar.com", Note)))), AttachmentClass.Executables },
        { "a.rar", ArchiveFiles.Rar("eicar.com", ArchiveFiles.Eicar), AttachmentClass.Executables },
        { "a.rar", ArchiveFiles.Rar("readme.txt", Program), AttachmentClass.Executables },
        { "a.7z", ArchiveFiles.SevenZip("eicar.com", ArchiveFiles.Eicar), AttachmentClass.Executables },
        { "a.7z", ArchiveFiles.SevenZip("readme.txt", Program), AttachmentClass.Executables },
        { "winmail.dat", ArchiveFiles.Tnef("eicar.com", Note), AttachmentClass.Executables },
        { "winmail.dat", ArchiveFiles.Tnef("readme.txt", Program), AttachmentClass.Executables },
        { "winmail.dat", ArchiveFiles.Tnef("a.zip", ArchiveFiles.Zip(("eicar.com", Note))), AttachmentClass.Executables },
        { "a.docx", ArchiveFiles.Zip(("word/document.xml", Note), ("word/vbaProject.bin", Note)), AttachmentClass.Macros },
        { "a.docx", ArchiveFiles.Zip(("[Content_Types].xml", Encoding.ASCII.GetBytes("<Override ContentType=\"application/vnd.ms-office.vbaProject\"/>")), ("word/other.bin", Note)), AttachmentClass.Macros },
        { "a.doc", ArchiveFiles.Ole("_VBA_PROJECT"), AttachmentClass.Macros },
        { "a.docm", Note, AttachmentClass.Macros },
        { "a.docx", ArchiveFiles.Ole("EncryptedPackage"), AttachmentClass.EncryptedArchives },
        { "a.rar", ArchiveFiles.Rar("secret.txt", Note, isEncrypted: true), AttachmentClass.EncryptedArchives },
        { "a.iso", Note, AttachmentClass.DiskImages },
        { "a.dat", [.. new byte[0x8001], .. "CD001"u8, .. new byte[100]], AttachmentClass.DiskImages },
        { "a.dat", [0x4C, 0, 0, 0, 0x01, 0x14, 0x02, 0, .. new byte[100]], AttachmentClass.Links },
        { "a.dat", [0x7F, (byte)'E', (byte)'L', (byte)'F', .. new byte[100]], AttachmentClass.Executables },
        { "a.dat", [0xCF, 0xFA, 0xED, 0xFE, .. new byte[100]], AttachmentClass.Executables },
        { "a.dat", Encoding.ASCII.GetBytes("#!/bin/sh\nrm -rf /\n"), AttachmentClass.Scripts },
        { "a.zip", [.. "PK\u0003\u0004"u8, .. new byte[100]], AttachmentClass.UnreadableArchives },
        { "a.html", Encoding.ASCII.GetBytes("<html><script>var b=new Blob([atob(d)]);a.href=URL.createObjectURL(b);a.download='x'</script>"), AttachmentClass.HtmlSmuggling },
        { "a.html", Encoding.Unicode.GetBytes("<html><script>var b=new Blob([atob(d)]);a.href=URL.createObjectURL(b);a.download='x'</script>"), AttachmentClass.HtmlSmuggling },
    };

    [Theory]
    [MemberData(nameof(Packed))]
    public void What_is_inside_is_found(string name, byte[] octets, AttachmentClass expected)
    {
        var report = ContentScene.Read(ContentScene.WithFile(name, octets));
        Assert.True(ContentScene.Has(report, expected), $"{name}: {string.Join(", ", report.Findings)}");
        Assert.Null(report.Incomplete);
    }

    [Fact]
    public void Harmless_archives_pass()
    {
        foreach (var (name, octets) in (ReadOnlySpan<(string, byte[])>)
            [("a.zip", ArchiveFiles.Zip(("a.txt", Note), ("b/c.pdf", Note), ("d.zip", ArchiveFiles.Zip(("e.txt", Note))))), ("a.tgz", ArchiveFiles.Gzip(ArchiveFiles.Tar(("a.txt", Note)))),
             ("a.rar", ArchiveFiles.Rar("a.txt", Note)), ("a.7z", ArchiveFiles.SevenZip("a.txt", Note)), ("winmail.dat", ArchiveFiles.Tnef("a.txt", Note)), ("a.doc", ArchiveFiles.Ole("WordDocument"))])
        {
            var report = ContentScene.Read(ContentScene.WithFile(name, octets));
            Assert.True(ContentScene.Passes(report) && report.Findings.Count == 0, $"{name}: {string.Join(", ", report.Findings)} {report.Ambiguities}");
        }
    }

    [Fact]
    public void Bombs_are_bombs()
    {
        var layers = Note;
        for (var i = 0; i < 7; i++)
            layers = ArchiveFiles.Zip(($"{i}.zip", layers));
        Assert.True(ContentScene.Has(ContentScene.Read(ContentScene.WithFile("a.zip", layers)), AttachmentClass.Bombs));
        // A tar archive is unpacked to its end, for the names in it.
        var tar = ArchiveFiles.Zip(("a.tar", ArchiveFiles.Tar(("zeros", new byte[40_000_000]), ("b.txt", Note))));
        Assert.True(ContentScene.Has(ContentScene.Read(ContentScene.WithFile("a.zip", tar)), AttachmentClass.Bombs));
        Assert.True(ContentScene.Has(ContentScene.Read(ContentScene.WithFile("a.tgz", ArchiveFiles.Gzip(new byte[270_000_000]))), AttachmentClass.Bombs));
        var says = ArchiveFiles.Zip(("a.txt", Note));
        BinaryPrimitives.WriteUInt32LittleEndian(says.AsSpan(says.AsSpan().LastIndexOf("PK\u0001\u0002"u8) + 24), 4_000_000_000);
        Assert.True(ContentScene.Has(ContentScene.Read(ContentScene.WithFile("a.zip", says)), AttachmentClass.Bombs));
        var crowd = ArchiveFiles.Zip([.. Enumerable.Range(0, 12_000).Select(static i => ($"{i}.txt", Array.Empty<byte>()))]);
        Assert.True(ContentScene.Has(ContentScene.Read(ContentScene.WithFile("a.zip", crowd)), AttachmentClass.Bombs));
    }

    [Fact]
    public void A_zip_whose_directory_tells_something_else_is_ambiguous_and_both_names_count()
    {
        var zip = ArchiveFiles.Zip(("a.txt", Note), ("readme.txt", Note));
        var other = (byte[])zip.Clone();
        var at = other.AsSpan().LastIndexOf("readme.txt"u8);
        "readme.exe"u8.CopyTo(other.AsSpan(at));
        var report = ContentScene.Read(ContentScene.WithFile("a.zip", other));
        Assert.True(report.Ambiguities.HasFlag(MimeAmbiguity.ArchiveNames));
        Assert.True(ContentScene.Has(report, AttachmentClass.Executables));
        var first = (byte[])zip.Clone();
        "readme.exe"u8.CopyTo(first.AsSpan(first.AsSpan().IndexOf("readme.txt"u8)));
        Assert.True(ContentScene.Has(ContentScene.Read(ContentScene.WithFile("a.zip", first)), AttachmentClass.Executables));
        Assert.Equal(MimeAmbiguity.None, ContentScene.Read(ContentScene.WithFile("a.zip", zip)).Ambiguities);
    }

    [Fact]
    public void Encryption_of_a_zip_shows_and_its_names_count()
    {
        var zip = ArchiveFiles.Zip(("run.exe", Note));
        zip[6] |= 1;
        var report = ContentScene.Read(ContentScene.WithFile("a.zip", zip));
        Assert.True(ContentScene.Has(report, AttachmentClass.EncryptedArchives));
        Assert.True(ContentScene.Has(report, AttachmentClass.Executables));
    }

    [Fact]
    public void Damage_is_no_crash()
    {
        var random = new Random(7);
        byte[][] files =
        [
            ArchiveFiles.Zip(("a.txt", Note), ("b.zip", ArchiveFiles.Zip(("c.txt", Note)))), ArchiveFiles.Gzip(ArchiveFiles.Tar(("a.txt", Note))), ArchiveFiles.Rar("a.txt", Note),
            ArchiveFiles.SevenZip("a.txt", Note), ArchiveFiles.Tnef("a.txt", Note), ArchiveFiles.Ole("WordDocument"), ArchiveFiles.Tar(("a.txt", Note)),
            [.. "MSCF\0\0\0\0"u8, .. new byte[60]], [.. "BZh9"u8, .. new byte[60]], [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, .. new byte[60]], [0x60, 0xEA, .. new byte[60]], [.. "LZIP\u0001"u8, .. new byte[60]],
        ];
        for (var i = 0; i < 1500; i++)
        {
            var octets = (byte[])files[i % files.Length].Clone();
            for (var change = random.Next(8); change >= 0; change--)
                octets[random.Next(6, octets.Length)] = (byte)random.Next(256);
            if (random.Next(3) == 0)
                octets = octets[..random.Next(6, octets.Length)];
            var report = ContentScene.Read(ContentScene.WithFile("a.bin", octets));
            Assert.Null(report.Incomplete);
        }
    }

    [Fact]
    public async Task No_room_puts_the_message_off()
    {
        var letters = new Dialogue.FakeLetters();
        using var letter = ContentScene.Letter(letters, Encoding.ASCII.GetBytes(ContentScene.WithFile("a.zip", ArchiveFiles.Zip(("a.txt", Note))).ReplaceLineEndings("\r\n")));
        letters.Full = true;
        using var reader = new ContentReader(letters, TimeProvider.System);
        var report = await reader.ReadAsync(letter, new AttachmentSettings(), "acme");
        Assert.NotNull(report.Incomplete);
        var verdict = new Garita.Gateway.Rules.Attachment().Judge(new Garita.Gateway.Rules.ContentFacts(report, new AttachmentSettings()));
        Assert.Equal((451, Garita.Gateway.Rules.RuleMode.Defer), (verdict.Code, verdict.Asks!.Value));
    }
}
