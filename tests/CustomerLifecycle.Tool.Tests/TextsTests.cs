using System.Reflection;
using System.Text.RegularExpressions;

namespace CustomerLifecycle.Tool.Tests;

public class TextsTests
{
    [Fact]
    public void EachPhrase_HasBothLanguages_WithTheSamePlaces()
    {
        var phrases = typeof(Texts).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (field.Name, Phrase: (Phrase)field.GetValue(null)!)).ToArray();

        Assert.True(phrases.Length > 100);
        Assert.All(phrases, item =>
        {
            Assert.False(string.IsNullOrWhiteSpace(item.Phrase.English) || string.IsNullOrWhiteSpace(item.Phrase.Chinese), item.Name);
            Assert.True(Places(item.Phrase.English).SetEquals(Places(item.Phrase.Chinese)), item.Name);
        });
    }

    private static HashSet<string> Places(string text) => [.. Regex.Matches(text, @"\{\d\}", RegexOptions.None, TimeSpan.FromSeconds(1)).Select(match => match.Value)];
}
